import type { EvaluationGrid, EvaluationProgress, GridCell, TryResult } from '../../contract/evaluation.ts'
import type { Job } from '../../contract/learner.ts'
import type { PolicySheet, PolicySummary } from '../../contract/policy.ts'
import type { Goal, Task } from '../../contract/task.ts'
import { sameGoal } from './goals.ts'
import type { TryRecord } from './try-store.ts'

/** Explorers of Table 1 in its order; `SSE` is printed "SSD" there. */
export const TABLE1_EXPLORERS = [
  { name: 'random', label: 'Rand' },
  { name: 'diayn', label: 'DIAYN' },
  { name: 'rnd', label: 'RND' },
  { name: 'sse', label: 'SSE' },
] as const

/** Closest tool-tip distance as printed in Table 1 of Dasagi et al. 2019 (arXiv 1911.08666), m, lower is better. */
const PAPER_M: Record<string, Record<string, number>> = {
  td3: { random: 0.46, diayn: 0.51, rnd: 0.49, sse: 0.3 },
  bcq: { random: 0.47, diayn: 0.3, rnd: 0.52, sse: 0.44 },
}

/** Null where the paper prints none. */
export function paperDistance(learner: string, explorer: string): number | null {
  return PAPER_M[learner]?.[explorer] ?? null
}

/** Learners of the paper; their rows are there before anything is trained. */
const PAPER_LEARNERS = [
  { name: 'td3', label: 'TD3', group: '2019 paper' },
  { name: 'bcq', label: 'BCQ', group: '2019 paper' },
]

/** Steps and step period of a try, and the usual way home before it, for the time a cell takes on the arm. */
const TRY_S = 50
const HOMING_S = 5

export interface GridInput {
  goals: readonly Goal[]
  /** Learners that can be trained here. */
  learners: readonly { name: string; label: string }[]
  /** Eligible ones only. */
  policies: readonly PolicySummary[]
  jobs: readonly Job[]
  /** Oldest first. */
  tries: readonly TryRecord[]
  progress: EvaluationProgress
  triesPerGoal: number
}

/** Table 1 as it stands: what was tried, what could be, and what is missing. A pure function of its input. */
export function buildGrid(input: GridInput): EvaluationGrid {
  const newer = input.learners
    .filter((learner) => !PAPER_LEARNERS.some((row) => row.name === learner.name))
    .map(({ name, label }) => ({ name, label, group: 'newer' }))
  const learners = [...PAPER_LEARNERS, ...newer]
  const explorers = TABLE1_EXPLORERS.map(({ name, label }) => ({ name, label }))
  const cells = learners.flatMap((learner) => explorers.map((explorer) => buildCell(input, learner, explorer)))
  return { goals: [...input.goals], learners, explorers, cells }
}

/** True for a task that has the goal among its own. */
export function reaches(task: Task, goal: Goal): boolean {
  return task.kind === 'reach-any' || (task.kind === 'reach' && sameGoal(task.goal, goal.position))
}

/** The policy that stands for (learner, explorer, goal): one for this very goal before one for any, then by `ahead`. */
export function policyFor(
  policies: readonly PolicySummary[],
  learner: string,
  explorer: string,
  goal: Goal,
): PolicySummary | null {
  const fitting = policies.filter(
    ({ sheet }) =>
      sheet.learner === learner &&
      sheet.dataset?.explorer === explorer &&
      sheet.task !== null &&
      reaches(sheet.task, goal),
  )
  const own = fitting.filter(({ sheet }) => sheet.task?.kind === 'reach')
  return (own.length > 0 ? own : fitting).sort((a, b) => ahead(a.sheet, b.sheet))[0] ?? null
}

/** Most updates first; among equals those trained here, so that a copy never takes a policy's place; then the newest. */
function ahead(a: PolicySheet, b: PolicySheet): number {
  const copies = Number(a.imported !== null) - Number(b.imported !== null)
  return b.updates - a.updates || copies || b.createdAt - a.createdAt
}

/** True while tries are made. */
export const isActiveEvaluation = ({ state }: EvaluationProgress): boolean =>
  state === 'homing' || state === 'running' || state === 'stopping'

const ACTIVE: readonly Job['state'][] = ['waiting', 'loading', 'running', 'stopping']

/** Policies that may be tried: trained at all, and not being trained on at this moment. */
export function eligiblePolicies(policies: readonly PolicySummary[], jobs: readonly Job[]): PolicySummary[] {
  const busy = busyPolicies(policies, jobs)
  return policies.filter(({ path, sheet }) => sheet.updates > 0 && !busy.has(path))
}

/** Paths of the policies that are being trained on at this moment. */
export function busyPolicies(policies: readonly PolicySummary[], jobs: readonly Job[]): Set<string> {
  const busy = new Set(jobs.filter((job) => ACTIVE.includes(job.state)).map((job) => job.id))
  return new Set(policies.filter(({ sheet }) => busy.has(sheet.id)).map(({ path }) => path))
}

type Named = { name: string; label: string }
type CellGoal = GridCell['goals'][number]

function buildCell(input: GridInput, learner: Named, explorer: Named): GridCell {
  const policies = input.goals.map((goal) => policyFor(input.policies, learner.name, explorer.name, goal))
  const tries = countingTries(input, policies)
  const goals = input.goals.map((goal, i): CellGoal => {
    const own = tries.filter(
      (result) => result.policyPath === policies[i]?.path && sameGoal(result.goalPosition, goal.position),
    )
    return {
      goal: goal.name,
      policyPath: policies[i]?.path ?? null,
      tries: own,
      closestM: mean(own.map((result) => result.closestM)),
      finalM: mean(own.map((result) => result.finalM)),
    }
  })
  const tried = goals.every((goal) => goal.tries.length > 0)
  return {
    learner: learner.name,
    explorer: explorer.name,
    paperM: paperDistance(learner.name, explorer.name),
    ...stateOf(input, learner, explorer, goals),
    // Goals weigh the same, whatever the number of their tries; a mean over fewer goals would compare unlike things.
    meanClosestM: tried ? mean(goals.map((goal) => goal.closestM ?? NaN)) : null,
    meanFinalM: tried ? mean(goals.map((goal) => goal.finalM ?? NaN)) : null,
    goals,
  }
}

/**
 * Tries that stand for the cell: of its policies as they are now, and all in the world of the newest one.
 * Simulated and real tries are never averaged together.
 */
function countingTries(input: GridInput, policies: readonly (PolicySummary | null)[]): TryResult[] {
  const current = input.tries.filter(({ result, policyUpdates }) =>
    policies.some((policy) => policy?.path === result.policyPath && policy.sheet.updates === policyUpdates),
  )
  const world = current.at(-1)?.result.world
  return current.filter(({ result }) => result.world === world).map(({ result }) => result)
}

function stateOf(
  input: GridInput,
  learner: Named,
  explorer: Named,
  goals: CellGoal[],
): Pick<GridCell, 'state' | 'note'> {
  const { progress } = input
  if (isActiveEvaluation(progress) && progress.learner === learner.name && progress.explorer === explorer.name) {
    const number = `goal ${progress.goal}, try ${progress.tryNumber} of ${progress.triesTotal / input.goals.length}`
    return { state: 'running', note: `${number}; ${progress.triesDone} of ${progress.triesTotal} tries done` }
  }
  const missing = goals.filter((goal) => goal.policyPath === null).map((goal) => goal.goal)
  if (missing.length > 0) return missingState(input, learner, explorer, missing)
  const untried = goals.filter((goal) => goal.tries.length === 0).map((goal) => goal.goal)
  const done = goals.flatMap((goal) => goal.tries)
  if (untried.length > 0) {
    const planned = input.triesPerGoal * goals.length
    const minutes = Math.max(1, Math.round((planned * (TRY_S + HOMING_S)) / 60))
    const sofar =
      done.length > 0 ? `${plural(done.length, 'try', 'tries')} done, ${goalsText(untried)} not tried; ` : ''
    return { state: 'trained', note: `${sofar}${planned} tries, about ${minutes} min on the arm` }
  }
  return { state: 'done', note: doneNote(done) }
}

function missingState(
  input: GridInput,
  learner: Named,
  explorer: Named,
  missing: string[],
): Pick<GridCell, 'state' | 'note'> {
  const jobs = input.jobs.filter(
    (job) => job.learner === learner.name && job.explorer === explorer.name && ACTIVE.includes(job.state),
  )
  const queued = missing.filter((name) => {
    const goal = input.goals.find((each) => each.name === name)
    return goal && jobs.some(({ task }) => reaches(task, goal))
  })
  const rest = missing.filter((name) => !queued.includes(name))
  const train = `train ${goalsText(rest)}`
  if (queued.length === 0) {
    const known = input.learners.some((each) => each.name === learner.name)
    return { state: 'not-trained', note: known ? train : `${learner.label} is not built into this version` }
  }
  const going = `training for ${goalsText(queued)}`
  return { state: 'training', note: rest.length > 0 ? `${going}; ${train}` : going }
}

function doneNote(done: readonly TryResult[]): string {
  const where = done[0]?.world === 'panda' ? 'in simulation' : 'on the arm'
  const early = done.filter((result) => result.endReason !== 'step-limit').length
  const count = `${plural(done.length, 'try', 'tries')} ${where}`
  return early > 0 ? `${count}, ${early} ended early` : count
}

function goalsText(names: readonly string[]): string {
  return `${names.length === 1 ? 'goal' : 'goals'} ${names.join(', ')}`
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}
