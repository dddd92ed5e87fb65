import { csvExporter } from './csv.ts'
import { d4rlExporter } from './d4rl-export.ts'
import type { DatasetExporter } from './dataset-exporter.ts'
import { lerobotExporter } from './lerobot.ts'
import { npzExporter } from './npz.ts'
import { parquetExporter } from './parquet.ts'
import { rldsExporter } from './rlds.ts'
import { robomimicExporter } from './robomimic-export.ts'
import { minariExporter } from './minari-export.ts'

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
