import { setImmediate as breathe } from 'node:timers/promises'
import type { RunSheet } from '../../contract/dataset.ts'
import type { DatasetOrigin } from '../../contract/policy.ts'
import { refusal } from '../../contract/problem.ts'
import type { ActionChoice } from '../../contract/exchange.ts'
import { GOAL_OBSERVATION } from '../../contract/task.ts'
import type { Task } from '../../contract/task.ts'
import { terminalCommand } from '../../contract/terminal-command.ts'
import type { DatasetReader, TrainingEpisode } from '../dataset/dataset-reader.ts'
import { damagedTip } from '../dataset/damaged-tip.ts'
import { refuseUnjoinable } from '../dataset/curation/joined-datasets.ts'
import { keptEpisodes, keptHash, keptTransitions } from '../dataset/curation/kept-episodes.ts'
import { openKept } from '../dataset/curation/open-kept.ts'
import type { KeptPart } from '../dataset/curation/open-kept.ts'
import { native } from '../platform/native.ts'
import type { Replay } from '../platform/native-learn.ts'
import { episodeRewarder } from '../task/episode-rewarder.ts'

/** Datasets in native memory, one after another, rewarded for one task. */
export interface LoadedReplay {
  replay: Replay
  /** Run sheet of the first dataset; the others have the same shapes, units and step. */
  sheet: RunSheet
  /** What was loaded, in order. */
  origins: [DatasetOrigin, ...DatasetOrigin[]]
}

export interface LoadingSeams {
  /** Called at most ten times a second, and at the end. */
  loaded(episodes: number, of: number): void
  stopRequested(): boolean
}

type Rewarder = ReturnType<typeof episodeRewarder>

/** The thread reads for so long before it listens to messages again, ms. */
const BREATHE_EVERY_MS = 50
const REPORT_EVERY_MS = 100

/**
 * Reads every kept episode of the datasets and views into a native replay memory with the rewards of `task`, each dataset
 * as it is at the beginning, also while it is being recorded. Null when a stop was requested meanwhile.
 * The actions are those that the policy asked for, or those that were sent. Only a true end of the decision process is a terminal; every other end is a truncation, and so is the end of a file.
 * Refuses an unreadable or empty dataset, one that does not show what the task rewards, ones that do not fit together, and values that are not
 * finite numbers.
 */
export async function loadReplay(
  paths: readonly string[],
  task: Task,
  seams: LoadingSeams,
  actions: ActionChoice = 'policy',
): Promise<LoadedReplay | null> {
  const parts: KeptPart[] = []
  try {
    for (const path of paths) parts.push(...openKept(path))
    for (const part of parts) refuseUnusable(part, task)
    refuseUnjoinable(parts.map(({ reader }) => reader))
    refuseNothingKept(parts, paths)
    const [first, ...others] = parts
    if (!first) throw new Error('no dataset is given')
    const replay = await fill(parts, { task, actions }, seams)
    if (!replay) return null
    return { replay, sheet: first.reader.sheet, origins: [originOf(first), ...others.map(originOf)] }
  } finally {
    for (const { reader } of parts) reader.close()
  }
}

function originOf({ reader, ranges }: KeptPart): DatasetOrigin {
  const { id, name, explorer, world, worldOptions } = reader.sheet
  const curation = keptHash(reader.episodeLengths(), ranges)
  return {
    id,
    name,
    explorer,
    world,
    worldOptions,
    transitions: keptTransitions(ranges),
    hash: reader.contentHash(),
    ...(curation !== null && { curation }),
  }
}

function refuseNothingKept(parts: readonly KeptPart[], paths: readonly string[]): void {
  if (parts.some(({ ranges }) => ranges.length > 0)) return
  throw refusal(
    'nothing-kept',
    `Every episode of ${paths.join(' and ')} is left out. Nothing was trained.`,
    'Restore some episodes, or choose other rules for the view.',
  )
}

/** Refuses a task that these data do not show. */
function rewarderOf(reader: DatasetReader, task: Task): Rewarder {
  const { path, sheet } = reader
  return episodeRewarder(task, { path, sheet, hasTooltip: reader.tooltipBox() !== null })
}

function refuseUnusable({ reader, ranges }: KeptPart, task: Task): void {
  const { path } = reader
  rewarderOf(reader, task)
  const { transitions } = reader.totals()
  if (transitions === 0)
    throw refusal('dataset-empty', `${path} has no finished episode yet. Nothing was trained.`, 'Collect data first.')
  const odd = ranges.find(({ from, to }) => !Number.isSafeInteger(from) || !Number.isSafeInteger(to) || to <= from)
  if (odd)
    throw refusal(
      'dataset-damaged',
      `${path} says that its episode ${odd.episode} has ${odd.to} steps. Nothing was trained and the file is unchanged.`,
      damagedTip(path),
    )
  const { observationSize, actionSize } = reader.shape
  const possible =
    observationSize > 0 && actionSize > 0 && 4 * (observationSize + actionSize) * transitions <= reader.bytes()
  if (!possible)
    throw refusal(
      'dataset-damaged',
      `${path} says that it has ${transitions} transitions of ${observationSize} observations and ${actionSize} actions; ` +
        'the file is too small for them. Nothing was trained and the file is unchanged.',
      damagedTip(path),
    )
}

/** What is learned from the data. */
interface Lesson {
  task: Task
  actions: ActionChoice
}

async function fill(parts: readonly KeptPart[], lesson: Lesson, seams: LoadingSeams): Promise<Replay | null> {
  const transitions = parts.reduce((sum, { ranges }) => sum + keptTransitions(ranges), 0)
  const of = parts.reduce((sum, { ranges }) => sum + ranges.length, 0)
  const { observationSize, actionSize } = parts[0]!.reader.shape
  const tip = lesson.task.kind === 'reach-any' ? GOAL_OBSERVATION.length : 0
  const replay = new native.Replay({ observationSize: observationSize + tip, actionSize })
  replay.reserve(transitions, of)
  let count = 0
  let [breathedAt, reportedAt] = [performance.now(), -Infinity]
  for (const { reader, ranges } of parts) {
    const rewarder = rewarderOf(reader, lesson.task)
    for (const episode of keptEpisodes(reader, ranges)) {
      add(replay, reader.path, episode, { ...lesson, rewarder })
      count += 1
      const now = performance.now()
      if (now - reportedAt >= REPORT_EVERY_MS || count === of) {
        seams.loaded(count, of)
        reportedAt = now
      }
      if (now - breathedAt < BREATHE_EVERY_MS) continue
      await breathe()
      if (seams.stopRequested()) return null
      breathedAt = performance.now()
    }
  }
  // However fast the reading was, a stop that came meanwhile is heard before anything is trained.
  await breathe()
  return seams.stopRequested() ? null : replay
}

function add(
  replay: Replay,
  path: string,
  episode: TrainingEpisode,
  { task, actions, rewarder }: Lesson & { rewarder: Rewarder },
): void {
  const { endReason } = episode
  const taken = actions === 'sent' ? episode.sentActions : episode.policyActions
  refuseNotFinite(path, episode)
  const earned = rewarder(episode)
  refuseUnrewarded(path, episode, earned)
  // The arrays are this thread's own copies: nobody else sees the clipped actions.
  for (let i = 0; i < taken.length; i++) taken[i] = Math.min(1, Math.max(-1, taken[i]!))
  const observations = task.kind === 'reach-any' ? withTooltip(episode) : episode.observations
  replay.addEpisode(observations, taken, earned, endReason === 'terminal')
}

/** [T + 1, S + 3]: behind each observation the tool tip, in whose place a learner of any point sees its goal. */
function withTooltip({ observations, tooltip }: TrainingEpisode): Float32Array {
  const rows = tooltip.length / 3
  const size = observations.length / rows
  const joined = new Float32Array(rows * (size + 3))
  for (let row = 0; row < rows; row++) {
    joined.set(observations.subarray(row * size, (row + 1) * size), row * (size + 3))
    joined.set(tooltip.subarray(row * 3, (row + 1) * 3), row * (size + 3) + size)
  }
  return joined
}

/** An expression may divide by zero or take the root of a negative number. */
function refuseUnrewarded(path: string, { episode }: TrainingEpisode, rewards: Float32Array): void {
  const step = rewards.findIndex((reward) => !Number.isFinite(reward))
  if (step < 0) return
  throw refusal(
    'reward-not-finite',
    `The task gives no finite number for step ${step} of episode ${episode} of ${path}, but ${rewards[step]}. Nothing was trained.`,
    'Change the expression where it divides, takes a root or a logarithm, or grows without bound; clip(x, low, high) and max help.',
  )
}

/** One value that is not a number would turn every weight into one. */
function refuseNotFinite(path: string, signals: TrainingEpisode): void {
  const { episode, observations, policyActions, sentActions, tooltip, rewards } = signals
  if ([observations, policyActions, sentActions, tooltip, rewards].every((values) => values.every(Number.isFinite)))
    return
  throw refusal(
    'episode-not-finite',
    `Episode ${episode} of ${path} has a value that is not a number. Nothing was trained.`,
    `This names the place: ${terminalCommand('check', path)}`,
  )
}
