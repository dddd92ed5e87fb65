import { csvImporter } from './csv-import.ts'
import { d4rlImporter } from './d4rl-import.ts'
import type { DatasetImporter } from './dataset-importer.ts'
import { lerobotImporter } from './lerobot-import.ts'
import { parquetImporter } from './parquet-import.ts'
import { minariImporter } from './minari-import.ts'

/** Every format that a dataset can be made of; the first one that recognises a path reads it. */
export const IMPORTERS: readonly DatasetImporter[] = [
  d4rlImporter,
  minariImporter,
  lerobotImporter,
  parquetImporter,
  csvImporter,
]
