import { csvExporter } from './table/csv.ts'
import { d4rlExporter } from './hdf5/d4rl-export.ts'
import type { DatasetExporter } from './dataset-exporter.ts'
import { lerobotExporter } from './lerobot/lerobot.ts'
import { npzExporter } from './table/npz.ts'
import { parquetExporter } from './table/parquet.ts'
import { rldsExporter } from './rlds/rlds.ts'
import { robomimicExporter } from './hdf5/robomimic-export.ts'
import { minariExporter } from './hdf5/minari-export.ts'

/** Every format that a dataset can be written in, in the order in which they are shown. */
export const EXPORTERS: readonly DatasetExporter[] = [
  d4rlExporter,
  minariExporter,
  robomimicExporter,
  lerobotExporter,
  rldsExporter,
  parquetExporter,
  npzExporter,
  csvExporter,
]
