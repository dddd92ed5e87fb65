import type { EpisodeMeasures } from '../../../contract/dataset.ts'
import { ProblemError } from '../../../contract/problem.ts'
import { taskText } from '../../../contract/task.ts'
import type { Task } from '../../../contract/task.ts'
import { episodeRewarder } from '../../task/episode-rewarder.ts'
import { DatasetReader } from '../dataset-reader.ts'
import type { TrainingEpisode } from '../dataset-reader.ts'
import { episodeMeasures } from './episode-measures.ts'
import { pass } from './episode-pass.ts'
import type { Watch } from './episode-pass.ts'
import { NOT_MEASURED } from './known-measures.ts'
import type { KnownMeasures } from './known-measures.ts'
import type { MeasureStore, MeasuredEpisode } from './measure-store.ts'

/** Datasets whose measures lie in memory. */
const MOST_KEPT = 8
/** Episodes that are stored together. */
const BATCH = 512

interface Kept {
  measures: Map<number, EpisodeMeasures>
  /** By the text of the task. */
  returns: Map<string, Map<number, number | null>>
  /** What lists are shown, by the text of the task; made anew when something was measured. */
  shown: Map<string, KnownMeasures>
}

/** Measures of episodes: in memory for the lists that are looked at, in the store for the next time. */
export class MeasuredEpisodes {
  readonly #store: MeasureStore
  /** By path, the least recently used first. */
  readonly #kept = new Map<string, Kept>()

  constructor(store: MeasureStore) {
    this.#store = store
  }

  /** What was measured of the dataset at `path`, without reading any signal. The same object until there is more. */
  known(path: string, task: Task | null): KnownMeasures {
    const kept = this.#kept.get(path)
    if (!kept) return NOT_MEASURED
    const text = task ? taskText(task) : ''
    const known = kept.shown.get(text) ?? {
      measures: kept.measures,
      returns: kept.returns.get(text) ?? NOT_MEASURED.returns,
    }
    kept.shown.set(text, known)
    return known
  }

  /**
   * Measures the episodes that are not known yet, and what each earned in `task`; true when all are known then, null
   * when the watcher gave up. Those that do not fit their checksums stay unknown. Refuses as a reader does and a task that
   * the data do not show.
   */
  async measure(path: string, task: Task | null, watch: Watch): Promise<true | null> {
    const reader = new DatasetReader(path)
    try {
      reader.holdState()
      const { sheet } = reader
      const rewarder = task && episodeRewarder(task, { path, sheet, hasTooltip: reader.tooltipBox() !== null })
      const checksums = reader.episodeChecksums()
      const kept = this.#recall(path, sheet.id, task, checksums)
      const returns = task && kept.returns.get(taskText(task))!
      const missing = reader
        .episodeLengths()
        .filter(({ episode }) => !kept.measures.has(episode) || (returns && !returns.has(episode)))
      const measured: MeasuredEpisode<EpisodeMeasures>[] = []
      const earned: MeasuredEpisode<number | null>[] = []
      const keep = (): void => {
        this.#store.keepMeasures(sheet.id, measured.splice(0))
        if (task) this.#store.keepReturns(sheet.id, task, earned.splice(0))
      }
      const visit = ({ episode }: { episode: number }): void => {
        const read = readable(reader, episode)
        const checksum = checksums.get(episode)
        if (!read || !checksum) return
        const value = episodeMeasures(read, read.steps, sheet)
        kept.measures.set(episode, value)
        measured.push({ episode, checksum, value })
        if (rewarder && returns) {
          const sum = sumOf(rewarder(read))
          returns.set(episode, sum)
          earned.push({ episode, checksum, value: sum })
        }
        if (measured.length >= BATCH) keep()
      }
      const whole = await pass(missing, ({ steps }) => steps, visit, watch)
      keep()
      kept.shown.clear()
      return whole || null
    } finally {
      reader.close()
    }
  }

  /** Takes what the store has of these very data into memory. */
  #recall(path: string, id: string, task: Task | null, checksums: ReadonlyMap<number, Uint8Array>): Kept {
    const kept = this.#kept.get(path) ?? {
      measures: this.#current(this.#store.measures(id), checksums),
      returns: new Map<string, Map<number, number | null>>(),
      shown: new Map<string, KnownMeasures>(),
    }
    this.#kept.delete(path)
    this.#kept.set(path, kept)
    const oldest = this.#kept.keys().next().value
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest)
    if (task && !kept.returns.has(taskText(task)))
      kept.returns.set(taskText(task), this.#current(this.#store.returns(id, task), checksums))
    return kept
  }

  #current<T>(stored: readonly MeasuredEpisode<T>[], checksums: ReadonlyMap<number, Uint8Array>): Map<number, T> {
    const current = new Map<number, T>()
    for (const { episode, checksum, value } of stored) {
      const now = checksums.get(episode)
      if (now && Buffer.from(now).equals(checksum)) current.set(episode, value)
    }
    return current
  }
}

/** Null for an episode whose data are damaged: the check names it, a list only lacks its measures. */
function readable(reader: DatasetReader, episode: number): TrainingEpisode | null {
  try {
    return reader.trainingEpisode(episode)
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'episode-damaged') return null
    throw error
  }
}

function sumOf(rewards: Float32Array): number | null {
  let sum = 0
  for (const reward of rewards) sum += reward
  return Number.isFinite(sum) ? sum : null
}
