import type { DatasetExporter } from './dataset-exporter.ts'

/** Every format that a dataset can be written in, in the order in which they are shown. */
export const EXPORTERS: readonly DatasetExporter[] = []
