import type { DatasetImporter } from './dataset-importer.ts'

/** Every format that a dataset can be made of; the first one that recognises a path reads it. */
export const IMPORTERS: readonly DatasetImporter[] = []
