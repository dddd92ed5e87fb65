import { ProblemError } from '../../../contract/problem.ts'
import { CoverageMeasurement } from './coverage-measurement.ts'
import { DatasetReader } from '../dataset-reader.ts'
import { pass } from '../browse/episode-pass.ts'
import type { Watch } from '../browse/episode-pass.ts'
import { keptContent, keptCounts, keptRanges } from '../curation/kept-episodes.ts'
import { keptPart } from '../curation/kept-range.ts'
import type { KeptRange } from '../curation/kept-range.ts'

/** A measurement and the identity of the data that it was made of. */
export interface MeasuredContent {
  hash: string
  measurement: CoverageMeasurement
}

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

async function readThrough(reader: DatasetReader, watch: Watch): Promise<CoverageMeasurement | null> {
  const ranges = keptRanges(reader)
  const totals = keptCounts(reader.episodeLengths(), ranges)
  const measurement = new CoverageMeasurement(reader.sheet, reader.tooltipBox(), totals)
  const read = (range: KeptRange): void => addEpisode(measurement, reader, range)
  const whole = await pass(ranges, ({ from, to }) => to - from, read, watch)
  return whole ? measurement : null
}

function addEpisode(measurement: CoverageMeasurement, reader: DatasetReader, range: KeptRange): void {
  try {
    const recorded = reader.trainingEpisode(range.episode)
    // A trim cuts the data, and not how the episode ended.
    measurement.add({ ...keptPart(recorded, range, reader.shape), endReason: recorded.endReason })
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.code !== 'episode-damaged') throw error
    measurement.skip(range.episode, range.to - range.from)
  }
}
