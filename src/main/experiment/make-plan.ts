import type { ExperimentJob, ExperimentName, ExperimentPlan } from '../../contract/experiment.ts'
import { refusal } from '../../contract/problem.ts'
import type { Goal } from '../../contract/task.ts'
import type { Mode, WorldName } from '../../contract/world.ts'
import { refuseUnknownMethod } from '../learner/method-check.ts'
import { refuseOutOfReach } from '../learner/task.ts'
import type { GoalBox } from '../learner/task.ts'
import type { MethodDescription } from '../platform/native-method.ts'
import { PUBLISHED, scaledCounts, scaledLearnerUpdates, scaledWarmUps } from './published-counts.ts'

/** What a person chooses of an experiment. */
export interface ExperimentChoices {
  experiment: ExperimentName
  scale: number
  /** How many; they are 0, 1, 2 ... */
  seeds: number
  modes: readonly Mode[]
  /** Empty: those of the paper. */
  worlds: readonly WorldName[]
  explorers: readonly string[]
  learners: readonly string[]
  /** Of table 1. */
  goals: readonly Goal[]
}

export interface PlanSurroundings {
  /** What the learning core has. */
  explorers: readonly MethodDescription[]
  box: GoalBox
  appVersion: string
}

/** Says how long a job of a plan is expected to take, s. */
export type ExpectTime = (job: Omit<ExperimentJob, 'expectedS'>, plan: ExperimentPlan) => number

/**
 * All jobs of an experiment: one collection for each world, explorer, mode and seed, from which every learner and goal
 * of that seed takes its data. Refuses worlds, explorers, learners and modes that there are not, before anything is
 * written.
 */
export function makePlan(choices: ExperimentChoices, { explorers, box, appVersion }: PlanSurroundings): ExperimentPlan {
  const published = PUBLISHED[choices.experiment]
  const chosen = {
    worlds: orAll('world', choices.worlds, published.worlds),
    explorers: once('explorer', choices.explorers, published.explorers),
    learners: once('learner', choices.learners, published.learners),
    modes: once('mode', choices.modes, ['paper' as const]),
  }
  refuseMissingExplorers(chosen.explorers, chosen.modes, explorers)
  for (const mode of chosen.modes) for (const learner of chosen.learners) refuseUnknownMethod(learner, mode, {})
  const goals = choices.experiment === 'table1' ? [...choices.goals] : []
  for (const goal of goals) refuseOutOfReach(goal.position, box)
  const seeds = Array.from({ length: choices.seeds }, (_, seed) => seed)
  const counts = scaledCounts(published.counts, choices.scale)
  const axes = { ...chosen, goals, seeds }
  return {
    format: 'forager-experiment',
    formatVersion: 1,
    experiment: choices.experiment,
    createdAt: Date.now(),
    appVersion,
    scale: choices.scale,
    counts,
    learnerUpdates: scaledLearnerUpdates(chosen.learners, choices.scale),
    warmUps: scaledWarmUps(
      explorers.filter(({ name }) => chosen.explorers.includes(name)),
      chosen.modes,
      choices.scale,
    ),
    ...axes,
    jobs: listJobs(axes),
  }
}

/** The plan with the time that each job is expected to take. */
export function withExpectedTimes(plan: ExperimentPlan, expect: ExpectTime): ExperimentPlan {
  return { ...plan, jobs: plan.jobs.map((job) => ({ ...job, expectedS: expect(job, plan) })) }
}

type Axes = Pick<ExperimentPlan, 'worlds' | 'explorers' | 'learners' | 'modes' | 'goals' | 'seeds'>

/** Seed by seed, so that the whole grid is there once before any second run begins. */
function listJobs({ worlds, explorers, learners, modes, goals, seeds }: Axes): ExperimentJob[] {
  const goalNames = goals.length > 0 ? goals.map(({ name }) => name) : [null]
  const jobs: ExperimentJob[] = []
  for (const seed of seeds)
    for (const mode of modes)
      for (const world of worlds)
        for (const explorer of explorers) {
          const data = { world, explorer, mode, seed, expectedS: 0 }
          const source = [world, explorer, mode].join('-')
          const collect = `collect-${source}-s${seed}`
          jobs.push({ id: collect, kind: 'collect', needs: [], ...data, learner: null, goal: null })
          for (const learner of learners)
            for (const goal of goalNames) {
              const name = [source, learner, ...(goal === null ? [] : [goal]), `s${seed}`].join('-')
              const run = { ...data, learner, goal }
              jobs.push({ id: `train-${name}`, kind: 'train', needs: [collect], ...run })
              jobs.push({ id: `evaluate-${name}`, kind: 'evaluate', needs: [`train-${name}`], ...run })
            }
        }
  return jobs
}

function once<T extends string>(what: string, chosen: readonly T[], usual: readonly T[]): T[] {
  const twice = chosen.find((each, i) => chosen.indexOf(each) !== i)
  if (twice === undefined) return [...(chosen.length > 0 ? chosen : usual)]
  throw refusal('bad-arguments', `--${what} ${twice} is given twice. Nothing was started.`, 'Give each one once.')
}

/** Worlds are the paper's or some of them: an experiment is one about these. */
function orAll<T extends string>(what: string, chosen: readonly T[], all: readonly T[]): T[] {
  const foreign = chosen.find((each) => !all.includes(each))
  if (foreign === undefined) return once(what, chosen, all)
  throw refusal(
    'bad-arguments',
    `This experiment has no ${what} ${foreign}. Nothing was started.`,
    `Choose of: ${all.join(', ')}.`,
  )
}

function refuseMissingExplorers(
  wanted: readonly string[],
  modes: readonly string[],
  offered: readonly MethodDescription[],
): void {
  const names = offered.map(({ name }) => name)
  const missing = wanted.filter((name) => !names.includes(name))
  if (missing.length > 0)
    throw refusal(
      'unknown-explorer',
      `The learning core of this version has no explorer ${missing.join(', ')}. Nothing was started.`,
      `Choose with --explorer, once for each; there are: ${names.join(', ')}.`,
    )
  for (const { name, modes: has } of offered.filter((each) => wanted.includes(each.name)))
    for (const mode of modes)
      if (!has.includes(mode))
        throw refusal(
          'unknown-mode',
          `The explorer ${name} has no mode ${mode}. Nothing was started.`,
          `Choose of: ${has.join(', ')}.`,
        )
}
