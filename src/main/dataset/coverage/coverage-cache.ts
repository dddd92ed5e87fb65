import type { PassProgress } from '../../../contract/dataset-coverage.ts'
import type { CoverageMeasurement } from './coverage-measurement.ts'
import type { DatasetReader } from '../dataset-reader.ts'
import { keptContent } from '../curation/kept-episodes.ts'
import { measureCoverage } from './measure-coverage.ts'
import type { Watch } from '../browse/episode-pass.ts'
import type { MeasuredContent } from './measure-coverage.ts'

/** Measurements that are kept; each takes a few megabytes at most. */
const MOST_KEPT = 8

/**
 * Measurements by the content that they were made of, in memory only: nothing is ever written into a dataset. One
 * pass at a time; who asks meanwhile waits, and finds what the pass before has measured.
 */
export class CoverageCache {
  /** By what is kept of which content, least recently used first. */
  private readonly kept = new Map<string, CoverageMeasurement>()
  private running: Promise<unknown> = Promise.resolve()

  /** The measurement of a dataset as it is now; null when the watcher gave up, and then nothing is kept. */
  async measure(reader: DatasetReader, watch: Watch): Promise<CoverageMeasurement | null> {
    const known = this.find(keptContent(reader))
    if (known) return known
    const mine = this.running.then(() => this.pass(reader, watch))
    this.running = mine.catch(() => undefined)
    return mine
  }

  private async pass({ path }: DatasetReader, watch: Watch): Promise<CoverageMeasurement | null> {
    if (watch.signal.aborted) return null
    const measured = await measureCoverage(path, watch, (hash) => this.find(hash))
    if (!measured) return null
    this.keep(measured)
    return measured.measurement
  }

  private find(hash: string): CoverageMeasurement | null {
    return this.kept.get(hash) ?? null
  }

  private keep({ hash, measurement }: MeasuredContent): void {
    this.kept.delete(hash)
    this.kept.set(hash, measurement)
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= MOST_KEPT) break
      this.kept.delete(oldest)
    }
  }
}

/** Shows one watcher several passes as one: `before` transitions are done, `of` are to do in all. */
export function partOfWatch(watch: Watch, before: number, of: number): Watch {
  const startedAt = performance.now()
  return {
    signal: watch.signal,
    progress: ({ done }: PassProgress) => {
      const seconds = (performance.now() - startedAt) / 1000
      watch.progress({ done: before + done, of, etaS: done === 0 ? null : (seconds * (of - before - done)) / done })
    },
  }
}
