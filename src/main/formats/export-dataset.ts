import { renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ExchangeProgress, ExportOrder, ExportPlan, ExportReport } from '../../contract/exchange.ts'
import { ProblemError, refusal } from '../../contract/problem.ts'
import { refuseMissingFolder } from '../dataset/dataset-format.ts'
import { DatasetReader } from '../dataset/dataset-reader.ts'
import { writeProblem } from '../platform/durable-file.ts'
import { bytesIn, partialOf, refuseExisting, syncFolder, syncTree } from '../platform/new-path.ts'
import type { Counts, DatasetExporter } from './dataset-exporter.ts'
import { episodeSource, exportStopped } from './episode-source.ts'
import { EXPORTERS } from './exporters.ts'
import { progressMeter } from './progress-meter.ts'

export interface ExchangeSeams {
  /** Called at most ten times a second, and at the end. */
  progress(progress: ExchangeProgress): void
  signal: AbortSignal
}

/** The exporter of a format; refuses with `format-unknown`. */
export function exporterOf(format: string): DatasetExporter {
  const exporter = EXPORTERS.find((each) => each.format === format)
  if (exporter) return exporter
  throw refusal(
    'format-unknown',
    `A dataset cannot be exported as ${format}. Nothing was written.`,
    `Formats of a dataset: ${EXPORTERS.map((each) => each.format).join(', ')}.`,
  )
}

/** What an export would write and lose. Reads no signal. */
export function planExport({ path, format, actions }: Omit<ExportOrder, 'out'>): ExportPlan {
  const { label, makes, extension, losses } = exporterOf(format)
  const reader = new DatasetReader(path)
  try {
    const { sheet, shape } = reader
    const totals = reader.totals()
    return { format, label, makes, extension, ...totals, losses: losses({ sheet, shape, totals }, { actions }) }
  } finally {
    reader.close()
  }
}

/**
 * Writes a dataset in the format of another tool: beside its place, forced to disk, counted again from what was written,
 * and then renamed. It is there whole or not at all. Refuses with `format-unknown`, `target-exists`, `folder-missing`,
 * `dataset-empty`, `episode-not-finite`, `export-stopped`, `disk-full`, `not-writable` or `export-wrong`.
 */
export async function exportDataset(order: ExportOrder, seams: ExchangeSeams): Promise<ExportReport> {
  const exporter = exporterOf(order.format)
  refuseExisting(order.out)
  refuseMissingFolder(order.out)
  const partial = partialOf(order.out)
  const reader = new DatasetReader(order.path)
  try {
    const totals = reader.totals()
    if (totals.episodes === 0) throw nothingToExport(order.path)
    const meter = progressMeter(totals.transitions * (exporter.walks ?? 1), seams.progress)
    const source = episodeSource(reader, { taken: meter.add, signal: seams.signal })
    rmSync(partial, { recursive: true, force: true })
    await exporter.write(source, partial, { actions: order.actions })
    refuseMiscounted(order.out, source.totals, await exporter.recount(partial))
    if (seams.signal.aborted) throw exportStopped()
    syncTree(partial)
    refuseExisting(order.out)
    renameSync(partial, order.out)
    syncFolder(dirname(order.out))
    meter.end()
    const losses = exporter.losses(source, { actions: order.actions })
    const { episodes, transitions } = source.totals
    return { format: order.format, out: order.out, episodes, transitions, bytes: bytesIn(order.out), losses }
  } catch (error) {
    throw error instanceof ProblemError ? error : writeProblem(order.out, error)
  } finally {
    reader.close()
    rmSync(partial, { recursive: true, force: true })
  }
}

function refuseMiscounted(out: string, wanted: Counts, got: Counts): void {
  if (wanted.episodes === got.episodes && wanted.transitions === got.transitions) return
  throw refusal(
    'export-wrong',
    `What was written for ${out} has ${got.episodes} episodes and ${got.transitions} transitions; the dataset has ` +
      `${wanted.episodes} and ${wanted.transitions}. It was removed again; the dataset is unchanged.`,
    'This is a defect of the program or of the disk. Report it, and export in another format meanwhile.',
  )
}

function nothingToExport(path: string): Error {
  return refusal('dataset-empty', `${path} has no finished episode yet. Nothing was written.`, 'Collect data first.')
}
