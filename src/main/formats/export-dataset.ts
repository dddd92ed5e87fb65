import { renameSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { ActionChoice, ExchangeProgress, ExportOrder, ExportPlan, ExportReport } from '../../contract/exchange.ts'
import { ProblemError, refusal } from '../../contract/problem.ts'
import { refuseMissingFolder } from '../dataset/dataset-format.ts'
import { writeProblem } from '../platform/durable-file.ts'
import { bytesIn, partialOf, refuseExisting, syncFolder, syncTree } from '../platform/new-path.ts'
import type { Counts, DatasetExporter } from './dataset-exporter.ts'
import { exportStopped, openExportSource } from './episode-source.ts'
import type { SourceFacts } from './episode-source.ts'
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
  const exporter = exporterOf(format)
  const { label, makes, extension } = exporter
  const { facts, close } = openExportSource(path)
  try {
    return { format, label, makes, extension, ...facts.totals, losses: allLosses(exporter, facts, actions) }
  } finally {
    close()
  }
}

/**
 * Writes a dataset or a view in the format of another tool: beside its place, forced to disk, counted again from what was written,
 * and then renamed. It is there whole or not at all. Refuses with `format-unknown`, `target-exists`, `folder-missing`,
 * `dataset-empty`, `name-unsuitable`, `episode-not-finite`, `export-stopped`, `disk-full`, `not-writable` or `export-wrong`.
 */
export async function exportDataset(order: ExportOrder, seams: ExchangeSeams): Promise<ExportReport> {
  const exporter = exporterOf(order.format)
  refuseExisting(order.out)
  refuseMissingFolder(order.out)
  refuseName(exporter, order.out)
  const partial = partialOf(order.out)
  const { facts, watched, close } = openExportSource(order.path)
  try {
    if (facts.totals.episodes === 0) throw nothingToExport(order.path)
    const meter = progressMeter(facts.totals.transitions * (exporter.walks ?? 1), seams.progress)
    const source = watched({ taken: meter.add, signal: seams.signal })
    rmSync(partial, { recursive: true, force: true })
    await exporter.write(source, partial, { actions: order.actions }, basename(order.out))
    refuseMiscounted(order.out, source.totals, await exporter.recount(partial))
    if (seams.signal.aborted) throw exportStopped()
    syncTree(partial)
    refuseExisting(order.out)
    renameSync(partial, order.out)
    syncFolder(dirname(order.out))
    meter.end()
    const losses = allLosses(exporter, source, order.actions)
    const { episodes, transitions } = source.totals
    return { format: order.format, out: order.out, episodes, transitions, bytes: bytesIn(order.out), losses }
  } catch (error) {
    throw error instanceof ProblemError ? error : writeProblem(order.out, error)
  } finally {
    close()
    rmSync(partial, { recursive: true, force: true })
  }
}

function refuseName({ label, nameProblem }: DatasetExporter, out: string): void {
  const problem = nameProblem?.(basename(out)) ?? null
  if (problem === null) return
  throw refusal('name-unsuitable', `${out} cannot be the name of a ${label} export. Nothing was written.`, problem)
}

/** What the format cannot hold, and what people left out before. */
export function allLosses(exporter: DatasetExporter, facts: SourceFacts, actions: ActionChoice): string[] {
  const { episodes, transitions } = facts.leftOut
  const curated =
    transitions === 0
      ? []
      : [`${transitions} transitions that somebody excluded or cut off, ${episodes} whole episodes among them.`]
  return [...curated, ...exporter.losses(facts, { actions })]
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
