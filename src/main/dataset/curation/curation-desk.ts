import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { CurationState, CurationWish } from '../../../contract/curation.ts'
import type { DatasetSummary } from '../../../contract/dataset.ts'
import { datasetNameSchema } from '../../../contract/dataset.ts'
import { ProblemError, refusal } from '../../../contract/problem.ts'
import type { TrashEntry } from '../../../contract/trash.ts'
import type { ViewCounts, ViewOrder, ViewSummary } from '../../../contract/view.ts'
import { countView } from './count-view.ts'
import { curateDataset } from './curate-dataset.ts'
import type { DatasetReader } from '../dataset-reader.ts'
import { describeCuration } from './describe-curation.ts'
import { Trash } from './trash.ts'
import { VIEW_EXTENSION, isViewPath, newView, readView, writeView } from './view-file.ts'

/** What it needs of whoever knows the datasets. */
export interface CurationSeams {
  /** Folder of the station's own files. */
  folder: string
  find(id: string): DatasetSummary
  reader(id: string): DatasetReader
  /** Closes what is open of a file that is about to move. */
  letGo(path: string): void
}

/** Everything that people decide about datasets: what is kept, views, and the trash. */
export class CurationDesk {
  private readonly seams: CurationSeams
  private readonly trash: Trash

  constructor(seams: CurationSeams) {
    this.seams = seams
    this.trash = new Trash(seams.folder)
  }

  async curate(id: string, wish: CurationWish, operator: string): Promise<void> {
    await curateDataset(this.seams.find(id).path, wish, operator)
  }

  state(id: string): CurationState {
    return describeCuration(this.seams.reader(id))
  }

  /** Every view of the folder that can be read, newest first. */
  views(): ViewSummary[] {
    const { folder } = this.seams
    return readdirSync(folder)
      .filter((name) => isViewPath(name) && !name.startsWith('.'))
      .map((name) => this.view(join(folder, name)))
      .filter((summary) => summary !== null)
      .sort((a, b) => b.view.createdAt - a.view.createdAt)
  }

  /** Null for a file that is no view. */
  private view(path: string): ViewSummary | null {
    try {
      const view = readView(path)
      return { path, view, counts: countView(path, view) }
    } catch (error) {
      if (error instanceof ProblemError) return null
      throw error
    }
  }

  /** What a view of these datasets would hold; nothing is written. */
  preview(order: ViewOrder): ViewCounts {
    const path = join(this.seams.folder, `preview${VIEW_EXTENSION}`)
    return countView(path, newView(path, this.pathsOf(order), order.rules, ''))
  }

  /** Saves a view. Refuses one that cannot be used, and a name that is taken. */
  saveView(name: string, order: ViewOrder, operator: string): void {
    const path = join(this.seams.folder, `${datasetNameSchema.parse(name)}${VIEW_EXTENSION}`)
    const view = newView(path, this.pathsOf(order), order.rules, operator)
    const { problem } = countView(path, view)
    if (problem) throw new ProblemError(problem)
    writeView(path, view)
  }

  private pathsOf({ sources }: ViewOrder): string[] {
    return sources.map((id) => this.seams.find(id).path)
  }

  /** Puts a dataset into the trash. */
  putAway(id: string): void {
    const { path } = this.seams.find(id)
    this.seams.letGo(path)
    this.trash.put(path)
  }

  /** Puts a view of the folder into the trash. */
  putViewAway(id: string): void {
    const found = this.views().find(({ view }) => view.id === id)
    if (!found || !existsSync(found.path))
      throw refusal('view-missing', 'That view is not there any more. Nothing is changed.', 'Look at the list again.')
    this.trash.put(found.path)
  }

  inTrash(): TrashEntry[] {
    return this.trash.list()
  }

  restore(id: string): void {
    this.trash.restore(id)
  }

  erase(id: string): void {
    this.trash.erase(id)
  }
}
