import type { CurationState, CurationWish } from '../contract/curation.ts'
import type { TrashEntry } from '../contract/trash.ts'
import type { ViewCounts, ViewOrder, ViewSummary } from '../contract/view.ts'
import type { CurationService } from './api/services.ts'
import type { Datasets } from './dataset-service.ts'
import { Watched } from './platform/watched.ts'

/** What people decide about the datasets of this station: what is kept of each, views of several, and the trash. */
export class Curation implements CurationService {
  readonly views = new Watched<ViewSummary[]>([])
  readonly #datasets: Datasets

  private constructor(datasets: Datasets) {
    this.#datasets = datasets
    // The counts of a view follow its sources.
    datasets.list.onChange(() => void this.#readViews().catch(() => undefined))
  }

  static async open(datasets: Datasets): Promise<Curation> {
    const curation = new Curation(datasets)
    await curation.#readViews()
    return curation
  }

  async #readViews(): Promise<void> {
    const views = await this.#datasets.desk.views()
    if (JSON.stringify(views) !== JSON.stringify(this.views.current())) this.views.set(views)
  }

  /** A view as a training takes it; undefined when there is none of that id. */
  trainable(id: string): { path: string; name: string; explorer: string } | undefined {
    const found = this.views.current().find(({ view }) => view.id === id)
    if (!found) return undefined
    const explorers = new Set(found.counts.sources.map(({ explorer }) => explorer))
    return { path: found.path, name: found.view.name, explorer: [...explorers].join('+') }
  }

  state(id: string): Promise<CurationState> {
    return this.#datasets.desk.curation(id)
  }

  async curate(id: string, wish: CurationWish, operator: string): Promise<void> {
    await this.#datasets.desk.curate(id, wish, operator)
    await this.#datasets.refresh()
  }

  preview(order: ViewOrder): Promise<ViewCounts> {
    return this.#datasets.desk.previewView(order)
  }

  async saveView(name: string, order: ViewOrder, operator: string): Promise<void> {
    await this.#datasets.desk.saveView(name, order, operator)
    await this.#readViews()
  }

  trash(): Promise<TrashEntry[]> {
    return this.#datasets.desk.inTrash()
  }

  async putAway(kind: 'dataset' | 'view', id: string): Promise<void> {
    await this.#datasets.desk.putAway(kind, id)
    await this.#again()
  }

  async restore(id: string): Promise<void> {
    await this.#datasets.desk.restore(id)
    await this.#again()
  }

  async erase(id: string): Promise<void> {
    await this.#datasets.desk.erase(id)
  }

  async forget(id: string): Promise<void> {
    await this.#datasets.desk.forget(id)
    await this.#again()
  }

  async #again(): Promise<void> {
    await this.#datasets.refresh()
    await this.#readViews()
  }
}
