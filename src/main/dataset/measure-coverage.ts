import { setImmediate as breathe } from 'node:timers/promises'
import type { PassProgress } from '../../contract/dataset-coverage.ts'
import { ProblemError } from '../../contract/problem.ts'
import { CoverageMeasurement } from './coverage-measurement.ts'
import { DatasetReader } from './dataset-reader.ts'
import { keptContent, keptCounts, keptEpisode, keptRanges } from './kept-episodes.ts'
import type { KeptRange } from './kept-range.ts'

/** Who waits for a long reading. */
export interface Watch {
  /** Aborted: the reading ends within some milliseconds and leaves nothing. */
  signal: AbortSignal
  /** Called at most ten times a second, and at the end. */
  progress(progress: PassProgress): void
}

/** A measurement and the identity of the data that it was made of. */
export interface MeasuredContent {
  hash: string
  measurement: CoverageMeasurement
}

/** The thread reads for so long before it answers others, ms. */
const BREATHE_EVERY_MS = 10
const REPORT_EVERY_MS = 100

/**
 * Reads every kept episode of a dataset once, as it is at the beginning, also while it is being recorded. Null when the watcher
 * gave up. Episodes that do not fit their checksums are left out and named. Refuses as a reader does.
 * `known` may have the measurement of that content already; then nothing is read.
 */
export async function measureCoverage(
  path: string,
  watch: Watch,
  known: (hash: string) => CoverageMeasurement | null = () => null,
): Promise<MeasuredContent | null> {
  const reader = new DatasetReader(path)
  try {
    reader.holdState()
    const hash = keptContent(reader)
    const measurement = known(hash) ?? (await readThrough(reader, watch))
    return measurement && { hash, measurement }
  } finally {
    reader.close()
  }
}

async function readThrough(reader: DatasetReader, { signal, progress }: Watch): Promise<CoverageMeasurement | null> {
  const ranges = keptRanges(reader)
  const totals = keptCounts(reader.episodeLengths(), ranges)
  const { transitions: of } = totals
  const measurement = new CoverageMeasurement(reader.sheet, reader.tooltipBox(), totals)
  const startedAt = performance.now()
  let [breathedAt, reportedAt, done] = [startedAt, -Infinity, 0]
  for (const range of ranges) {
    addEpisode(measurement, reader, range)
    done += range.to - range.from
    const now = performance.now()
    if (now - reportedAt >= REPORT_EVERY_MS || done === of) {
      progress({ done, of, etaS: done === 0 ? null : ((now - startedAt) / 1000) * (of / done - 1) })
      reportedAt = now
    }
    if (now - breathedAt < BREATHE_EVERY_MS) continue
    await breathe()
    if (signal.aborted) return null
    breathedAt = performance.now()
  }
  // A short pass has not heard of a cancel yet.
  await breathe()
  return signal.aborted ? null : measurement
}

function addEpisode(measurement: CoverageMeasurement, reader: DatasetReader, range: KeptRange): void {
  try {
    measurement.add(keptEpisode(reader, range))
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.code !== 'episode-damaged') throw error
    measurement.skip(range.episode, range.to - range.from)
  }
}
