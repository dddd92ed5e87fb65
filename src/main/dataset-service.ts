import { join } from 'node:path'
import type { DatasetSummary } from '../contract/dataset.ts'
import type { DatasetService } from './api/services.ts'
import { startReader } from './dataset/reader-client.ts'
import type { ReaderClient } from './dataset/reader-client.ts'
import { Watched } from './platform/watched.ts'

export type CurationClient = Pick<
  ReaderClient,
  'curate' | 'curation' | 'views' | 'previewView' | 'saveView' | 'putAway' | 'inTrash' | 'restore' | 'erase' | 'forget'
>

const LOOK_EVERY = 2000 // ms

/** The datasets of this station for its window and its trainings: the reader thread, and the list kept up to date. */
export class Datasets implements DatasetService {
  readonly list = new Watched<DatasetSummary[]>([])
  /** Folder of the station's own files. */
  readonly folder: string
  readonly detail: ReaderClient['detail']
  readonly episodes: ReaderClient['episodes']
  readonly episode: ReaderClient['episode']
  readonly cloud: ReaderClient['cloud']
  readonly check: ReaderClient['check']
  readonly coverage: ReaderClient['coverage']
  readonly reach: ReaderClient['reach']
  readonly measure: ReaderClient['measure']
  readonly timeline: ReaderClient['timeline']
  readonly timelineTile: ReaderClient['timelineTile']
  readonly taskSignals: ReaderClient['taskSignals']
  readonly previewTask: ReaderClient['previewTask']
  /** For what people decide about datasets; call refresh() afterwards. */
  readonly desk: CurationClient
  /** What a person is told about the list on disk; null when all is well. */
  notice: string | null = null
  readonly #reader: ReaderClient
  readonly #timer: NodeJS.Timeout
  #closed = false

  private constructor(home: string) {
    this.folder = join(home, 'datasets')
    this.#reader = startReader(home)
    const { detail, episodes, episode, cloud, check, coverage, reach, measure } = this.#reader
    this.detail = detail
    this.episodes = episodes
    this.episode = episode
    this.cloud = cloud
    this.check = check
    this.coverage = coverage
    this.reach = reach
    this.measure = measure
    this.timeline = this.#reader.timeline
    this.timelineTile = this.#reader.timelineTile
    this.taskSignals = this.#reader.taskSignals
    this.previewTask = this.#reader.previewTask
    this.desk = this.#reader
    this.#timer = setInterval(() => void this.refresh().catch(() => undefined), LOOK_EVERY)
  }

  static async open(home: string): Promise<Datasets> {
    const datasets = new Datasets(home)
    await datasets.refresh()
    datasets.notice = await datasets.#reader.notice()
    return datasets
  }

  /** Looks at the files again; tells a change only when there is one. */
  async refresh(): Promise<void> {
    if (this.#closed) return
    const list = await this.#reader.list()
    if (JSON.stringify(list) !== JSON.stringify(this.list.current())) this.list.set(list)
  }

  find(id: string): DatasetSummary | undefined {
    return this.list.current().find((summary) => summary.id === id)
  }

  findByPath(path: string): DatasetSummary | undefined {
    return this.list.current().find((summary) => summary.path === path)
  }

  /** Lists a dataset file that lies elsewhere; it stays where it is. Refuses what is no dataset. */
  async add(path: string): Promise<void> {
    await this.#reader.add(path)
    await this.refresh()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    await this.#reader.close()
  }
}
