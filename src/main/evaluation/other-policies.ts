import type { EvaluationProgress, OtherPolicy, ReturnTry, TryResult } from '../../contract/evaluation.ts'
import type { PolicySheet, PolicySummary } from '../../contract/policy.ts'
import type { Goal } from '../../contract/task.ts'
import { worldNameSchema } from '../../contract/world.ts'
import { isActiveEvaluation, reaches, TABLE1_EXPLORERS } from './table1.ts'
import type { ReturnRecord, TryRecord } from './try-store.ts'

export interface OtherInput {
  goals: readonly Goal[]
  policies: readonly PolicySummary[]
  /** Paths of those that are being trained on. */
  busy: ReadonlySet<string>
  /** Oldest first. */
  tries: readonly TryRecord[]
  returns: readonly ReturnRecord[]
  progress: EvaluationProgress
}

/** Policies that say their task and have no place in Table 1, the newest first. A pure function of its input. */
export function otherPolicies(input: OtherInput): OtherPolicy[] {
  return input.policies
    .filter(({ sheet }) => sheet.task !== null && sheet.updates > 0 && !isOfTable(sheet, input.goals))
    .map((policy) => describe(input, policy))
    .sort((a, b) => b.createdAt - a.createdAt)
}

function isOfTable({ task, dataset }: PolicySheet, goals: readonly Goal[]): boolean {
  const explored = TABLE1_EXPLORERS.some(({ name }) => name === dataset?.explorer)
  return explored && task !== null && goals.some((goal) => reaches(task, goal))
}

function describe(input: OtherInput, { path, sheet }: PolicySummary): OtherPolicy {
  const tries = triesOf(input, path, sheet.updates)
  const returns = tries.map((one) => one.return)
  const returnMean = mean(returns)
  const reached = tries.filter((one): one is TryResult => 'closestM' in one)
  const { progress } = input
  const running = isActiveEvaluation(progress) && progress.policy === path
  return {
    path,
    id: sheet.id,
    learner: sheet.learner,
    dataset: sheet.dataset?.name ?? '',
    world: worldNameSchema.catch('panda').parse(sheet.dataset?.world),
    task: sheet.task ?? { kind: 'env' },
    updates: sheet.updates,
    createdAt: sheet.createdAt,
    state: input.busy.has(path) ? 'training' : running ? 'running' : tries.length > 0 ? 'done' : 'trained',
    tries,
    returnMean,
    returnStd: returnMean === null ? null : Math.sqrt(mean(returns.map((value) => (value - returnMean) ** 2)) ?? 0),
    closestM: mean(reached.map(({ closestM }) => closestM)),
    finalM: mean(reached.map(({ finalM }) => finalM)),
  }
}

/** Those of the policy as it is now, in the world of the newest: simulated and real ones are never averaged together. */
function triesOf({ tries, returns }: OtherInput, path: string, updates: number): (TryResult | ReturnTry)[] {
  const own = [...tries, ...returns]
    .filter(({ result, policyUpdates }) => result.policyPath === path && policyUpdates === updates)
    .map(({ result }) => result)
    .sort((a, b) => a.at - b.at)
  const world = own.at(-1)?.world
  return own.filter((one) => one.world === world)
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}
