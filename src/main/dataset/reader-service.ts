import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { CurationState, CurationWish } from '../../contract/curation.ts'
import type { CheckReport, DatasetDetail, DatasetSummary, EpisodeDetail } from '../../contract/dataset.ts'
import type { DatasetCoverage, ReachOfBox } from '../../contract/dataset-coverage.ts'
import type { Task } from '../../contract/task.ts'
import type { TaskPreview, TaskPreviewAsk, TaskSignal } from '../../contract/task-preview.ts'
import type { Timeline, TimelineTile } from '../../contract/timeline.ts'
import type { TrashEntry } from '../../contract/trash.ts'
import type { ViewCounts, ViewOrder, ViewSummary } from '../../contract/view.ts'
import { armLimits } from '../platform/arm-model.ts'
import { taskSignals } from '../task/task-signals.ts'
import { Catalogue } from './catalogue.ts'
import { checkFile } from './audit/check-dataset.ts'
import { CoverageCache, partOfWatch } from './coverage/coverage-cache.ts'
import { CurationDesk } from './curation/curation-desk.ts'
import { DatasetReader } from './dataset-reader.ts'
import { describeCoverages } from './coverage/describe-coverage.ts'
import type { Measured } from './coverage/describe-coverage.ts'
import type { Watch } from './browse/episode-pass.ts'
import type { EpisodePage, EpisodePageQuery } from './episode-rows.ts'
import { MeasureStore } from './browse/measure-store.ts'
import { MeasuredEpisodes } from './browse/measured-episodes.ts'
import { previewTask } from './browse/preview-task.ts'
import { cellsWithinReach } from './coverage/reach-cells.ts'
import { Timelines } from './browse/timelines.ts'

/** Readers that stay open; opening is quick, but the ranking of a large dataset is worth keeping. */
const MOST_READERS = 8

export interface EpisodesQuery extends EpisodePageQuery {
  id: string
  /** Whose returns the rows show. */
  task?: Task | undefined
}

/** Everything that is asked about datasets by id; runs in a thread of its own (see reader-client.ts). */
export class ReaderService {
  private readonly catalogue: Catalogue
  /** By path, least recently used first; `file` tells a replaced file. */
  private readonly readers = new Map<string, { reader: DatasetReader; file: string }>()
  private readonly measurements = new CoverageCache()
  private readonly timelines = new Timelines()
  private readonly store: MeasureStore
  private readonly measured: MeasuredEpisodes
  private readonly paths = new Map<string, DatasetSummary>()
  private readonly desk: CurationDesk

  constructor(home: string) {
    this.desk = new CurationDesk({
      folder: join(home, 'datasets'),
      find: (id) => this.find(id),
      reader: (id) => this.reader(id),
      letGo: (path) => this.letGo(path),
    })
    this.catalogue = new Catalogue(home)
    this.store = new MeasureStore(join(home, 'measures.db'))
    this.measured = new MeasuredEpisodes(this.store)
  }

  /** What a person is told about the list on disk; null when all is well. */
  notice(): string | null {
    return this.catalogue.notice
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

  episodes({ id, task, ...query }: EpisodesQuery): EpisodePage {
    const reader = this.reader(id)
    return reader.episodes(query, this.measured.known(reader.path, task ?? null))
  }

  /** Reads the signals of the episodes that lists know too little about; true when all are measured, null when given up. */
  measure(id: string, task: Task | null, watch: Watch): Promise<true | null> {
    return this.measured.measure(this.reader(id).path, task, watch)
  }

  episode(id: string, episode: number): EpisodeDetail {
    return this.reader(id).episode(episode)
  }

  cloud(id: string, most: number): { points: string; count: number; of: number } {
    return this.reader(id).tooltipCloud(most)
  }

  /** The audit of all signals of what is kept; null when the watcher gave up. */
  check(id: string, watch: Watch): Promise<CheckReport | null> {
    return checkFile(this.find(id).path, watch)
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

  /** All transitions in a row; null when the watcher gave up. A pass over the data where they are not known yet. */
  timeline(id: string, watch: Watch): Promise<Timeline | null> {
    return this.timelines.open(this.reader(id).path, watch)
  }

  timelineTile(id: string, level: number, index: number): TimelineTile {
    return this.timelines.tile(this.reader(id), level, index)
  }

  /** Names that an expression may use for these data. */
  taskSignals(id: string): TaskSignal[] {
    const reader = this.reader(id)
    return taskSignals(reader.sheet, reader.tooltipBox() !== null).map(({ name, unit, about }) => ({
      name,
      unit,
      about,
    }))
  }

  previewTask({ id, task, episode }: TaskPreviewAsk): TaskPreview {
    return previewTask(this.reader(id), task, episode)
  }

  /** How much of the arm's allowed box its tool tip can reach. */
  async reach(): Promise<ReachOfBox> {
    const { cellsReached, cellsTotal } = (await cellsWithinReach(armLimits().box)).coverage()
    return { cellsTotal, cellsWithinReach: cellsReached }
  }

  curate(id: string, wish: CurationWish, operator: string): Promise<void> {
    return this.desk.curate(id, wish, operator)
  }

  curation(id: string): CurationState {
    return this.desk.state(id)
  }

  views(): ViewSummary[] {
    return this.desk.views()
  }

  previewView(order: ViewOrder): ViewCounts {
    return this.desk.preview(order)
  }

  saveView(name: string, order: ViewOrder, operator: string): void {
    this.desk.saveView(name, order, operator)
  }

  putAway(kind: 'dataset' | 'view', id: string): void {
    if (kind === 'view') this.desk.putViewAway(id)
    else this.desk.putAway(id)
  }

  inTrash(): TrashEntry[] {
    return this.desk.inTrash()
  }

  restore(id: string): void {
    this.desk.restore(id)
  }

  erase(id: string): void {
    this.desk.erase(id)
  }

  /** Takes a dataset that lies elsewhere off the list; its file stays. */
  forget(id: string): void {
    const { path } = this.find(id)
    this.letGo(path)
    this.catalogue.forget(path)
  }

  private letGo(path: string): void {
    this.readers.get(path)?.reader.close()
    this.readers.delete(path)
  }

  close(): void {
    for (const { reader } of this.readers.values()) reader.close()
    this.readers.clear()
    this.catalogue.close()
    this.store.close()
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
