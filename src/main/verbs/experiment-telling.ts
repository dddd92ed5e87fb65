import type { ExperimentPlan } from '../../contract/experiment.ts'
import { countStates, fractionDone, timeLeft } from '../experiment/experiment-reader.ts'
import type { JobStatus } from '../experiment/experiment-reader.ts'
import { bytesText } from '../platform/disk.ts'
import { durationText } from './duration-text.ts'

/** An event on stdout: a line for a person, or with --json one object a line. */
export interface Telling {
  plan(folder: string, plan: ExperimentPlan, cost: { seconds: number; bytes: number }): void
  progress(statuses: readonly JobStatus[]): void
  ended(status: JobStatus): void
}

const TELL_EVERY_MS = 3000

export function tellingOf(json: boolean, write: (line: string) => void): Telling {
  const say = (event: object, text: string): void => write(json ? JSON.stringify(event) : text)
  let toldAt = -Infinity
  return {
    plan: (folder, plan, cost) => say(planEvent(folder, plan, cost), planText(folder, plan, cost)),
    progress: (statuses) => {
      if (performance.now() - toldAt < TELL_EVERY_MS) return
      toldAt = performance.now()
      say(progressEvent(statuses), progressText(statuses))
    },
    ended: ({ job, state, result, problem }) => {
      const wallS = result?.wallS ?? null
      const how = problem ? `failed: ${problem.message} ${problem.tip}` : `done in ${durationText(wallS ?? 0)}`
      say({ event: 'job', job: job.id, state, wall_s: wallS, problem }, `${job.id}: ${how}`)
    },
  }
}

function jobsOf(plan: ExperimentPlan): Record<'collect' | 'train' | 'evaluate', number> {
  const count = (kind: string): number => plan.jobs.filter((job) => job.kind === kind).length
  return { collect: count('collect'), train: count('train'), evaluate: count('evaluate') }
}

function planEvent(
  folder: string,
  plan: ExperimentPlan,
  { seconds, bytes }: { seconds: number; bytes: number },
): object {
  const { experiment, scale, counts, worlds, explorers, learners, modes, seeds } = plan
  const goals = plan.goals.map(({ name }) => name)
  const axes = { worlds, explorers, learners, modes, goals, seeds: seeds.length }
  const expected = { expected_s: seconds, expected_bytes: bytes }
  return { event: 'plan', folder, experiment, scale, counts, ...axes, jobs: jobsOf(plan), ...expected }
}

function planText(folder: string, plan: ExperimentPlan, cost: { seconds: number; bytes: number }): string {
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
  return [
    `${plan.experiment} at scale ${plan.scale} in ${folder}`,
    `  ${axes.join('; ')}`,
    `  ${jobs.collect} collections of ${n(counts.transitions)} transitions, ${jobs.train} trainings of ${n(counts.updates)} updates,`,
    `  evaluated every ${n(counts.evaluateEvery)} updates by ${counts.episodes} deterministic ${counts.episodes === 1 ? 'episode' : 'episodes'}`,
    `  expected on this machine: ${durationText(cost.seconds)}, ${bytesText(cost.bytes)} on disk`,
  ].join('\n')
}

function progressEvent(statuses: readonly JobStatus[]): object {
  const running = statuses
    .filter(({ state }) => state === 'running')
    .map(({ job, progress }) => ({ job: job.id, fraction: progress.fraction, note: progress.note }))
  const fraction = fractionDone(statuses)
  return { event: 'progress', jobs: countStates(statuses), fraction, eta_s: timeLeft(statuses), running }
}

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
