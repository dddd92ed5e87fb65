import { csvImporter } from './table/csv-import.ts'
import { d4rlImporter } from './hdf5/d4rl-import.ts'
import type { DatasetImporter } from './dataset-importer.ts'
import { lerobotImporter } from './lerobot/lerobot-import.ts'
import { parquetImporter } from './table/parquet-import.ts'
import { minariImporter } from './hdf5/minari-import.ts'

/** Every format that a dataset can be made of; the first one that recognises a path reads it. */
export const IMPORTERS: readonly DatasetImporter[] = [
  d4rlImporter,
  minariImporter,
  lerobotImporter,
  parquetImporter,
  csvImporter,
]
