import type { ActionChoice, ExportReport, ImportReport } from '../../../src/contract/exchange.ts'
import { exportDataset } from '../../../src/main/formats/export-dataset.ts'
import { importDataset } from '../../../src/main/formats/import-dataset.ts'

const seams = () => ({ progress: () => undefined, signal: new AbortController().signal })

/** Exports in this thread. */
export function exported(
  path: string,
  format: string,
  out: string,
  actions: ActionChoice = 'policy',
): Promise<ExportReport> {
  return exportDataset({ path, format, out, actions }, seams())
}

/** Imports in this thread, with nothing said about the file unless `hints` do. */
export function imported(
  path: string,
  out: string,
  hints: { format?: string; world?: string; stepPeriodS?: number; stepsPerEpisode?: number } = {},
): Promise<ImportReport> {
  const { format = null, world = null, stepPeriodS = null, stepsPerEpisode = null } = hints
  return importDataset({ path, out, format, world, stepPeriodS, stepsPerEpisode }, seams())
}
