import { statSync } from 'node:fs'
import type { CheckReport, DatasetDetail, DatasetSummary, EndReason, EpisodeDetail } from '../../contract/dataset.ts'
import type { DatasetCoverage, ReachOfBox } from '../../contract/dataset-coverage.ts'
import { armLimits } from '../platform/arm-model.ts'
import { Catalogue } from './catalogue.ts'
import { checkDataset } from './check-dataset.ts'
import { CoverageCache, partOfWatch } from './coverage-cache.ts'
import { DatasetReader } from './dataset-reader.ts'
import type { EpisodeOrder, EpisodePage } from './dataset-reader.ts'
import { describeCoverages } from './describe-coverage.ts'
import type { Measured } from './describe-coverage.ts'
import type { Watch } from './measure-coverage.ts'
import { cellsWithinReach } from './reach-cells.ts'

/** Readers that stay open; opening is quick, but the ranking of a large dataset is worth keeping. */
const MOST_READERS = 8

export interface EpisodesQuery {
  id: string
  order: EpisodeOrder
  offset: number
  limit: number
  endReason?: EndReason | undefined
}

/** Everything that is asked about datasets by id; runs in a thread of its own (see reader-client.ts). */
export class ReaderService {
  private readonly catalogue: Catalogue
  /** By path, least recently used first; `file` tells a replaced file. */
  private readonly readers = new Map<string, { reader: DatasetReader; file: string }>()
  private readonly measurements = new CoverageCache()
  private readonly paths = new Map<string, DatasetSummary>()

  constructor(home: string) {
    this.catalogue = new Catalogue(home)
  }

  /** Every dataset, newest first. */
  list(): DatasetSummary[] {
    const summaries = this.catalogue.refresh()
    this.paths.clear()
    for (const summary of summaries) this.paths.set(summary.id, summary)
    return summaries
  }

  /** Where a dataset lies and what it is. Refuses with `dataset-unknown`. */
  find(id: string): DatasetSummary {
    return this.paths.get(id) ?? this.catalogue.find(id)
  }

  add(path: string): DatasetSummary {
    return this.catalogue.add(path)
  }

  detail(id: string): DatasetDetail {
    const detail = this.reader(id).detail()
    return { ...detail, summary: { ...detail.summary, id } }
  }

  episodes({ id, order, offset, limit, endReason }: EpisodesQuery): EpisodePage {
    return this.reader(id).episodes(order, offset, limit, endReason)
  }

  episode(id: string, episode: number): EpisodeDetail {
    return this.reader(id).episode(episode)
  }

  cloud(id: string, most: number): { points: string; count: number; of: number } {
    return this.reader(id).tooltipCloud(most)
  }

  check(id: string): CheckReport {
    return checkDataset(this.reader(id))
  }

  contentHash(id: string): string {
    return this.reader(id).contentHash()
  }

  /**
   * What each dataset covers, all on common scales; null when the watcher gave up. A pass over the data of each that is
   * not measured yet. Refuses with `not-comparable` where there is no common scale.
   */
  async coverage(ids: readonly string[], watch: Watch): Promise<DatasetCoverage[] | null> {
    const transitions = ids.map((id) => this.reader(id).totals().transitions)
    const of = transitions.reduce((sum, each) => sum + each, 0)
    const measured: Measured[] = []
    let before = 0
    for (const [i, id] of ids.entries()) {
      const measurement = await this.measurements.measure(this.reader(id), partOfWatch(watch, before, of))
      if (!measurement) return null
      measured.push({ id, measurement })
      before += transitions[i]!
    }
    return describeCoverages(measured)
  }

  /** How much of the arm's allowed box its tool tip can reach. */
  async reach(): Promise<ReachOfBox> {
    const { cellsReached, cellsTotal } = (await cellsWithinReach(armLimits().box)).coverage()
    return { cellsTotal, cellsWithinReach: cellsReached }
  }

  close(): void {
    for (const { reader } of this.readers.values()) reader.close()
    this.readers.clear()
    this.catalogue.close()
  }

  private reader(id: string): DatasetReader {
    const { path } = this.find(id)
    const file = String(statSync(path, { throwIfNoEntry: false })?.ino)
    const open = this.readers.get(path)
    this.readers.delete(path)
    if (open && open.file !== file) open.reader.close()
    const reader = open?.file === file ? open.reader : new DatasetReader(path)
    this.readers.set(path, { reader, file })
    this.closeOldest()
    return reader
  }

  private closeOldest(): void {
    for (const [path, { reader }] of this.readers) {
      if (this.readers.size <= MOST_READERS) return
      reader.close()
      this.readers.delete(path)
    }
  }
}
