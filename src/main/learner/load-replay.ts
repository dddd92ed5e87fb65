import type { RunSheet } from '../../contract/dataset.ts'
import { refusal } from '../../contract/problem.ts'
import type { Task } from '../../contract/task.ts'
import { DatasetReader } from '../dataset/dataset-reader.ts'
import type { TrainingEpisode } from '../dataset/dataset-reader.ts'
import { native } from '../platform/native.ts'
import type { Replay } from '../platform/native.ts'
import { taskRewards } from './task.ts'

/** A dataset in native memory, rewarded for one task. */
export interface LoadedReplay {
  replay: Replay
  sheet: RunSheet
  /** Identity of the data that were loaded. */
  hash: string
  transitions: number
}

/** A file that is being recorded may grow while it is read; then it is read again, at most this often. */
const MOST_READS = 3

/**
 * Reads every episode of a dataset into a native replay memory with the rewards of `task`.
 * Only a true end of the decision process is a terminal; every other end is a truncation.
 * Refuses an unreadable or empty dataset, one without a tool tip, and values that are not finite numbers.
 */
export function loadReplay(path: string, task: Task, loaded: (episodes: number, of: number) => void): LoadedReplay {
  const reader = new DatasetReader(path)
  try {
    refuseUnusable(reader)
    for (let reads = 0; reads < MOST_READS; reads++) {
      const hash = reader.contentHash()
      const replay = fill(reader, task, loaded)
      if (reader.contentHash() === hash) return { replay, sheet: reader.sheet, hash, transitions: replay.size }
    }
  } finally {
    reader.close()
  }
  throw refusal(
    'dataset-growing',
    `${path} grows faster than it can be read. Nothing was trained; the recording goes on.`,
    'Train when the recording has ended.',
  )
}

function refuseUnusable(reader: DatasetReader): void {
  const { path, sheet } = reader
  if (sheet.world !== 'panda' && sheet.world !== 'panda-fci')
    throw refusal(
      'task-unsuitable',
      `${path} was recorded in ${sheet.world}, which has no tool tip. A reach task has no reward there. Nothing was trained.`,
      'Choose a dataset of the arm.',
    )
  if (reader.totals().transitions === 0)
    throw refusal('dataset-empty', `${path} has no finished episode yet. Nothing was trained.`, 'Collect data first.')
}

function fill(reader: DatasetReader, task: Task, loaded: (episodes: number, of: number) => void): Replay {
  const replay = new native.Replay(reader.shape)
  const { episodes: of } = reader.totals()
  let count = 0
  for (const episode of reader.trainingEpisodes()) {
    refuseNotFinite(reader.path, episode)
    const actions = episode.policyActions.map((value) => Math.min(1, Math.max(-1, value)))
    replay.addEpisode(
      episode.observations,
      actions,
      taskRewards(task, episode.tooltip),
      episode.endReason === 'terminal',
    )
    loaded(++count, of)
  }
  return replay
}

/** One value that is not a number would turn every weight into one. */
function refuseNotFinite(path: string, episode: TrainingEpisode): void {
  const { observations, policyActions, tooltip } = episode
  if ([observations, policyActions, tooltip].every((values) => values.every((value) => Number.isFinite(value)))) return
  throw refusal(
    'episode-not-finite',
    `Episode ${episode.episode} of ${path} has a value that is not a number. Nothing was trained.`,
    'Run: forager check FILE. It names the place.',
  )
}
