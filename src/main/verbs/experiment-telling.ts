import type { ExperimentPlan } from '../../contract/experiment.ts'
import { countStates, fractionDone, timeLeft } from '../experiment/experiment-reader.ts'
import type { JobStatus } from '../experiment/experiment-reader.ts'
import { bytesText } from '../platform/disk.ts'
import { durationText } from './duration-text.ts'

/** What a plan takes on this machine. */
export interface PlanCost {
  seconds: number
  bytes: number
}

function jobsOf(plan: ExperimentPlan): Record<'collect' | 'train' | 'evaluate', number> {
  const count = (kind: string): number => plan.jobs.filter((job) => job.kind === kind).length
  return { collect: count('collect'), train: count('train'), evaluate: count('evaluate') }
}

/** The plan's share of the object of `--json`. */
export function planJson(folder: string, plan: ExperimentPlan, { seconds, bytes }: PlanCost): Record<string, unknown> {
  const { experiment, scale, counts, learnerUpdates, worlds, explorers, learners, modes, seeds } = plan
  const goals = plan.goals.map(({ name }) => name)
  const axes = { worlds, explorers, learners, modes, goals, seeds: seeds.length }
  const expected = { expected_s: seconds, expected_bytes: bytes }
  return {
    folder,
    experiment,
    scale,
    counts,
    learner_updates: learnerUpdates,
    ...axes,
    planned: jobsOf(plan),
    ...expected,
  }
}

/** A plan and what it takes, some lines. */
export function planText(folder: string, plan: ExperimentPlan, cost: PlanCost): string {
  const { counts, goals } = plan
  const jobs = jobsOf(plan)
  const n = (value: number): string => value.toLocaleString('en')
  const axes = [
    `worlds ${plan.worlds.join(', ')}`,
    `explorers ${plan.explorers.join(', ')}`,
    `learners ${plan.learners.join(', ')}`,
    `modes ${plan.modes.join(', ')}`,
    ...(goals.length > 0 ? [`goals ${goals.map(({ name }) => name).join(', ')}`] : []),
    `${plan.seeds.length} ${plan.seeds.length === 1 ? 'seed' : 'seeds'}`,
  ]
  const own = Object.entries(plan.learnerUpdates)
    .map(([learner, updates]) => ` (${learner}: ${n(updates)})`)
    .join('')
  return [
    `${plan.experiment} at scale ${plan.scale} in ${folder}`,
    `  ${axes.join('; ')}`,
    `  ${jobs.collect} collections of ${n(counts.transitions)} transitions, ${jobs.train} trainings of ${n(counts.updates)} updates${own},`,
    `  evaluated every ${n(counts.evaluateEvery)} updates by ${counts.episodes} deterministic ${counts.episodes === 1 ? 'episode' : 'episodes'}`,
    `  expected on this machine: ${durationText(cost.seconds)}, ${bytesText(cost.bytes)} on disk`,
  ].join('\n')
}

/** How a job ended, one line. */
export function endedText({ job, result, problem }: JobStatus): string {
  const how = problem ? `failed: ${problem.message} ${problem.tip}` : `done in ${durationText(result?.wallS ?? 0)}`
  return `${job.id}: ${how}`
}

/** How far an experiment is, one line. */
export function progressText(statuses: readonly JobStatus[]): string {
  const { done, failed, blocked } = countStates(statuses)
  const left = timeLeft(statuses)
  const running = statuses.filter(({ state }) => state === 'running')
  return [
    `${done} of ${statuses.length} jobs, ${(100 * fractionDone(statuses)).toFixed(0)} %`,
    ...(failed > 0 ? [`${failed} failed, ${blocked} wait for them in vain`] : []),
    ...(left === null ? [] : [`${durationText(left)} left`]),
    ...running.map(({ job, progress }) => `${job.id}${progress.note === '' ? '' : `: ${progress.note}`}`),
  ].join('; ')
}
