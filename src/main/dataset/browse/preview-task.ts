import type { TaskPreview } from '../../../contract/task-preview.ts'
import { refusal } from '../../../contract/problem.ts'
import type { Task } from '../../../contract/task.ts'
import { episodeRewarder } from '../../task/episode-rewarder.ts'
import type { DatasetReader } from '../dataset-reader.ts'

/** Most episodes and steps that are looked at: enough for a picture, and done in a moment. */
const MOST_EPISODES = 100
const MOST_STEPS = 100_000
const BINS = 48
const MOST_POINTS = 500
const NO_RETURN = { min: 0, mean: 0, max: 0 }

interface Earned {
  episode: number
  rewards: Float32Array
  return: number
}

/**
 * What a task makes of a dataset, from episodes spread evenly over it. Refuses an expression that cannot be read, a task
 * that the data do not show, and an empty dataset.
 *
 * @param episode whose rewards are shown step by step; the one with the highest return when null
 */
export function previewTask(reader: DatasetReader, task: Task, episode: number | null): TaskPreview {
  const { path, sheet } = reader
  const rewarder = episodeRewarder(task, { path, sheet, hasTooltip: reader.tooltipBox() !== null })
  const earn = (number: number): Earned => {
    const rewards = rewarder(reader.trainingEpisode(number))
    return { episode: number, rewards, return: rewards.reduce((sum, reward) => sum + reward, 0) }
  }
  const { episodes: ofEpisodes, transitions: ofSteps } = reader.totals()
  if (ofEpisodes === 0) throw refusal('dataset-empty', `${path} has no finished episode yet.`, 'Collect data first.')
  const chosen = spread(
    reader.episodeNumbers(),
    Math.max(1, Math.min(MOST_EPISODES, Math.floor((MOST_STEPS * ofEpisodes) / ofSteps))),
  )
  const earned = chosen.map(earn)
  const best = earned.reduce((most, each) => (each.return > most.return ? each : most))
  const { steps, notFinite, ...spreadOfRewards } = rewardSpread(earned)
  const returns = earned.map((each) => each.return).filter(Number.isFinite)
  return {
    episodes: earned.length,
    ofEpisodes,
    steps,
    ofSteps,
    notFinite,
    reward: spreadOfRewards,
    return:
      returns.length === 0 ? NO_RETURN : { min: Math.min(...returns), mean: mean(returns), max: Math.max(...returns) },
    along: along(episode === null ? best : (earned.find((each) => each.episode === episode) ?? earn(episode))),
  }
}

/** At most `most` of the numbers, evenly. */
function spread(numbers: readonly number[], most: number): number[] {
  const count = Math.min(most, numbers.length)
  return Array.from({ length: count }, (_, i) => numbers[Math.floor((i * numbers.length) / count)]!)
}

type Spread = TaskPreview['reward'] & { steps: number; notFinite: number }

function rewardSpread(earned: readonly Earned[]): Spread {
  let [min, max, sum, steps, notFinite] = [Infinity, -Infinity, 0, 0, 0]
  const visit = (use: (reward: number) => void): void => {
    for (const { rewards } of earned) for (const reward of rewards) if (Number.isFinite(reward)) use(reward)
  }
  visit((reward) => {
    min = Math.min(min, reward)
    max = Math.max(max, reward)
    sum += reward
    steps += 1
  })
  for (const { rewards } of earned) notFinite += rewards.length
  notFinite -= steps
  const counts = new Array<number>(BINS).fill(0)
  if (steps === 0) return { min: 0, mean: 0, max: 0, counts, steps: notFinite, notFinite }
  const width = max > min ? (max - min) / BINS : 1
  visit((reward) => (counts[Math.min(BINS - 1, Math.floor((reward - min) / width))]! += 1))
  return { min, mean: sum / steps, max, counts, steps: steps + notFinite, notFinite }
}

function along({ episode, rewards, return: total }: Earned): TaskPreview['along'] {
  const steps = rewards.length
  const count = Math.min(MOST_POINTS, steps)
  const points = Array.from({ length: count }, (_, p) =>
    mean(rewards.subarray(Math.floor((p * steps) / count), Math.floor(((p + 1) * steps) / count))),
  )
  return { episode, steps, return: total, points }
}

function mean(values: Float32Array | readonly number[]): number {
  let sum = 0
  for (const value of values) sum += value
  return values.length === 0 ? 0 : sum / values.length
}
