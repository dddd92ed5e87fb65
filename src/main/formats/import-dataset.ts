import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import type { RunSheet } from '../../contract/dataset.ts'
import type { DatasetImportOrder, ImportReport } from '../../contract/exchange.ts'
import { ProblemError, refusal } from '../../contract/problem.ts'
import { armWorldNameSchema } from '../../contract/world.ts'
import { BulkWriter } from '../dataset/bulk-writer.ts'
import { checkDataset } from '../dataset/audit/check-dataset.ts'
import { formatVersionOf, refuseMissingFolder } from '../dataset/dataset-format.ts'
import { DatasetReader } from '../dataset/dataset-reader.ts'
import { datasetNameOf } from '../platform/dataset-name.ts'
import { writeProblem } from '../platform/durable-file.ts'
import { bytesIn, partialOf, refuseExisting, syncFolder, syncTree } from '../platform/new-path.ts'
import { ForeignFileError } from '../policy/exchange/foreign-file-error.ts'
import { worldSpec } from '../world/open-world.ts'
import type { DatasetImporter, ForeignDataset, ForeignHeader } from './dataset-importer.ts'
import type { ExchangeSeams } from './export-dataset.ts'
import { storedEpisode } from './foreign-episode.ts'
import { IMPORTERS } from './importers.ts'
import { progressMeter } from './progress-meter.ts'

/** The thread reads for so long before it listens to messages again, ms. */
const BREATHE_EVERY_MS = 50
const HASHING_EVERY_MS = 1000

/**
 * Makes a new dataset of a file or folder of another tool: beside its place, checked, forced to disk and then renamed. It
 * is there whole or not at all. The run sheet says where the data come from and what was assumed of them. Refuses with
 * `target-exists`, `folder-missing`, `import-missing`, `import-unknown`, `import-unreadable`, `import-damaged`,
 * `import-unsupported`, `import-unfit`, `import-stopped`, `disk-full` or `not-writable`.
 */
export async function importDataset(order: DatasetImportOrder, seams: ExchangeSeams): Promise<ImportReport> {
  refuseExisting(order.out)
  refuseMissingFolder(order.out)
  const importer = await importerOf(order)
  const partial = partialOf(order.out)
  try {
    return await importWith(importer, order, partial, seams)
  } catch (error) {
    if (error instanceof ForeignFileError) throw importRefusal(order.path, error)
    throw targetProblem(order.out, error)
  } finally {
    for (const path of [partial, `${partial}-journal`]) rmSync(path, { force: true })
  }
}

/** The database speaks of its partial file; a person knows the target. */
function targetProblem(out: string, error: unknown): unknown {
  if (!(error instanceof ProblemError)) return writeProblem(out, error)
  if (error.problem.code !== 'disk-full') return error
  return writeProblem(out, Object.assign(new Error(error.problem.message), { code: 'ENOSPC' }))
}

/** The importer that was asked for, or the first one that knows the content. */
export async function importerOf({
  path,
  format,
}: Pick<DatasetImportOrder, 'path' | 'format'>): Promise<DatasetImporter> {
  if (!existsSync(path))
    throw refusal('import-missing', `There is nothing at ${path}. Nothing was imported.`, 'Check the path.')
  for (const importer of IMPORTERS) {
    if (format === null ? await importer.recognises(path) : importer.format === format) return importer
  }
  const known = IMPORTERS.map((importer) => `${importer.format} (${importer.label})`).join(', ')
  throw refusal(
    'import-unknown',
    format === null
      ? `${path} is in no format that a dataset can be made of. Nothing was imported.`
      : `A dataset cannot be imported as ${format}. Nothing was imported.`,
    `Formats of a dataset: ${known}.`,
  )
}

async function importWith(
  importer: DatasetImporter,
  order: DatasetImportOrder,
  partial: string,
  seams: ExchangeSeams,
): Promise<ImportReport> {
  const { path, out, world, stepPeriodS, stepsPerEpisode } = order
  const hash = await hashOf(importer.files(path), seams)
  const foreign = await importer.open(path, { world, stepPeriodS, stepsPerEpisode })
  const origin = { from: basename(path), format: importer.format, hash }
  const totals = await fill(foreign, origin, out, partial, seams).finally(() => foreign.close())
  if (totals.episodes === 0) throw new ForeignFileError('unfit', 'it has no episode with a step')
  const check = verdict(partial)
  if (seams.signal.aborted) throw importStopped()
  syncTree(partial)
  refuseExisting(out)
  renameSync(partial, out)
  syncFolder(dirname(out))
  return { format: importer.format, out, ...totals, bytes: bytesIn(out), beliefs: foreign.header.beliefs, check }
}

/** Copies every episode into a dataset at `partial`. */
async function fill(
  { header, episodes }: ForeignDataset,
  origin: { from: string; format: string; hash: string },
  out: string,
  partial: string,
  { progress, signal }: ExchangeSeams,
): Promise<{ episodes: number; transitions: number }> {
  const sheet = newSheet(header, origin, out)
  const writer = new BulkWriter(partial, sheet, tooltipBox(header), header.hasSkills)
  const meter = progressMeter(header.transitions, progress)
  const totals = { episodes: 0, transitions: 0 }
  let [longest, last, breathedAt] = [1, 0, performance.now()]
  try {
    for await (const foreign of episodes()) {
      if (signal.aborted) throw importStopped()
      const episode = storedEpisode(foreign, last + 1, header.sheet.stepPeriodS, writer.shape)
      if (episode.episode <= last)
        throw new ForeignFileError('damaged', `its episode ${episode.episode} follows episode ${last}`)
      writer.add(episode)
      last = episode.episode
      longest = Math.max(longest, episode.steps)
      totals.episodes += 1
      totals.transitions += episode.steps
      meter.add(episode.steps)
      if (performance.now() - breathedAt < BREATHE_EVERY_MS) continue
      await breathe()
      breathedAt = performance.now()
    }
    const { beliefs, stepsPerEpisode } = header
    const imported = { ...origin, producer: header.producer, beliefs }
    const limits = { target: totals.transitions, stepsPerEpisode: Math.max(longest, stepsPerEpisode ?? 0) }
    writer.finish({ ...sheet, ...limits, imported })
    meter.end()
    return totals
  } finally {
    writer.close()
  }
}

function newSheet(
  header: ForeignHeader,
  origin: { from: string; format: string; hash: string },
  out: string,
): RunSheet {
  return {
    format: 'forager-dataset',
    formatVersion: formatVersionOf(header.sheet, header.hasSkills),
    id: randomUUID(),
    name: datasetNameOf(out),
    target: 0,
    stepsPerEpisode: 0,
    ...header.sheet,
    createdAt: header.sheet.createdAt || Date.now(),
    imported: { ...origin, producer: header.producer, beliefs: [] },
  }
}

/** Where the tool tip of an arm is counted; null in any other world. */
function tooltipBox({ sheet }: ForeignHeader): ReturnType<typeof worldSpec>['tooltipBox'] {
  const arm = armWorldNameSchema.safeParse(sheet.world)
  return arm.success ? worldSpec({ world: arm.data, options: {}, robot: 'in-process' }).tooltipBox : null
}

function verdict(path: string): ImportReport['check'] {
  const reader = new DatasetReader(path)
  try {
    const { ok, problems } = checkDataset(reader)
    const notes = problems.filter(({ severity }) => severity === 'note').length
    return { ok, problems: problems.length - notes, notes }
  } finally {
    reader.close()
  }
}

/** SHA-256 over the content of files, one after another. Says now and then that it goes on. */
async function hashOf(files: readonly string[], { progress, signal }: ExchangeSeams): Promise<string> {
  const hash = createHash('sha256')
  let saidAt = performance.now()
  try {
    for (const file of files) {
      for await (const chunk of createReadStream(file, { signal })) {
        hash.update(chunk as Buffer)
        if (performance.now() - saidAt < HASHING_EVERY_MS) continue
        saidAt = performance.now()
        progress({ done: 0, of: null, etaS: null })
      }
    }
  } catch (error) {
    if (signal.aborted) throw importStopped()
    throw new ForeignFileError('unreadable', (error as Error).message)
  }
  return hash.digest('hex')
}

function importStopped(): Error {
  return refusal('import-stopped', 'The import was cancelled. Nothing was imported.', 'Import again when you want to.')
}

const TIPS = {
  unreadable: 'Check that all its files are there and may be read by this user.',
  damaged: 'Copy it again from where it came from.',
  unsupported: 'Convert it with the tool that wrote it, or name the format with --format.',
  unfit: 'Give the world and the period that it was recorded with, or repair it with the tool that wrote it.',
} as const

export function importRefusal(path: string, { fault, message }: ForeignFileError): Error {
  const what = {
    unreadable: 'cannot be read',
    damaged: 'is damaged',
    unsupported: 'cannot be taken',
    unfit: 'does not fit',
  }
  return refusal(`import-${fault}`, `${path} ${what[fault]}: ${message}. Nothing was imported.`, TIPS[fault])
}
