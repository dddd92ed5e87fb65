import { join } from 'node:path'
import type {
  EvaluationGrid,
  EvaluationProgress,
  EvaluationStart,
  OtherPolicy,
  TryTrace,
} from '../../contract/evaluation.ts'
import type { Job } from '../../contract/learner.ts'
import { pack } from '../../contract/packed.ts'
import type { PolicySummary } from '../../contract/policy.ts'
import { problemOf, refusal } from '../../contract/problem.ts'
import type { Problem } from '../../contract/problem.ts'
import type { Goal } from '../../contract/task.ts'
import { Watched } from '../platform/watched.ts'
import type { Feed } from '../platform/watched.ts'
import type {
  EvaluationHandle,
  EvaluationOrder,
  EvaluationReport,
  EvaluationResult,
  WorldTriesOrder,
} from './evaluation-order.ts'
import type { GoalBook } from './goals.ts'
import { otherPolicies } from './other-policies.ts'
import { othersCsv } from './others-csv.ts'
import { orderOf, planCell, planPolicy, STEPS_PER_TRY } from './plan-tries.ts'
import type { TryPlan } from './plan-tries.ts'
import { table1Csv } from './table1-csv.ts'
import { table1Svg } from './table1-figure.ts'
import { buildGrid, busyPolicies, eligiblePolicies } from './table1.ts'
import { TryStore } from './try-store.ts'
import type { ReturnRecord, TryRecord } from './try-store.ts'

const TRIES_PER_GOAL = 3
/** Time of a try on the arm before one was measured, s: 1000 steps and the way home. */
const TRY_ON_ARM_S = 55

/** What the evaluation needs from the station. */
export interface EvaluationSeams {
  /** The station's folder; `evaluations.db` lies in it. */
  home: string
  goals: GoalBook
  policies(): PolicySummary[]
  jobs: Feed<Job[]>
  learners: readonly { name: string; label: string }[]
  /** Takes the connected, armed arm for the tries. Refuses when there is none or when another run has it. */
  holdArm(): { driverId: number; release(): void }
  startTries(order: EvaluationOrder | WorldTriesOrder, report: (report: EvaluationReport) => void): EvaluationHandle
}

const NOTHING: EvaluationProgress = {
  state: 'none',
  learner: '',
  explorer: '',
  policy: '',
  goal: '',
  tryNumber: 0,
  triesDone: 0,
  triesTotal: 0,
  step: 0,
  etaS: null,
  q: null,
  tooltip: null,
  problem: null,
}

/** Tries of one cell of Table 1, or of one policy, under way. */
interface Running {
  start: EvaluationStart
  plan: TryPlan
  handle: EvaluationHandle
  release: () => void
  startedAt: number
  /** Why its tries cannot be kept. */
  problem: Problem | null
}

/** Makes the tries of a cell of Table 1 or of one policy, keeps every finished one, and says what is missing. */
export class Evaluation {
  /** What a person is told about the tries and goals on disk. */
  readonly notices: readonly string[]
  readonly #seams: EvaluationSeams
  readonly #store: TryStore
  readonly #tries: TryRecord[]
  readonly #returns: ReturnRecord[]
  readonly #progress = new Watched<EvaluationProgress>(NOTHING)
  readonly #gridChange = new Watched(null)
  readonly #ends: (() => void)[]
  #running: Running | null = null
  #jobStates = ''

  constructor(seams: EvaluationSeams) {
    this.#seams = seams
    this.#store = new TryStore(join(seams.home, 'evaluations.db'))
    this.notices = [this.#store.notice, seams.goals.notice].filter((notice) => notice !== null)
    this.#tries = this.#store.list()
    this.#returns = this.#store.returns()
    this.#ends = [
      seams.goals.feed.onChange(() => this.#gridChange.set(null)),
      seams.jobs.onChange(() => this.#jobsChanged()),
    ]
  }

  get progress(): Feed<EvaluationProgress> {
    return this.#progress
  }

  get grid(): Feed<EvaluationGrid> {
    return { current: () => this.#buildGrid(), onChange: (listener) => this.#gridChange.onChange(listener) }
  }

  /** Policies that have no place in the grid. */
  get others(): Feed<OtherPolicy[]> {
    return { current: () => this.#buildOthers(), onChange: (listener) => this.#gridChange.onChange(listener) }
  }

  /** A policy has come without a training: cells may have become ready. */
  policiesChanged(): void {
    this.#gridChange.set(null)
  }

  goals(): Goal[] {
    return this.#seams.goals.list()
  }

  /** Refused while tries run: they belong to the goals they were started for. */
  setGoals(goals: readonly Goal[]): void {
    if (this.#running)
      throw refusal(
        'evaluation-running',
        'Tries are being made for these goals. Nothing was changed.',
        'Stop after this try, then edit.',
      )
    this.#seams.goals.replace(goals)
  }

  /** Makes the tries of one cell or policy. Refuses before anything moves when a policy is missing or the arm is not ready. */
  start(start: EvaluationStart): void {
    if (this.#running)
      throw refusal(
        'evaluation-running',
        'Another evaluation is running. Nothing new was started.',
        'Stop after this try, then start.',
      )
    const policy = start.policy === undefined ? null : this.#policyAt(start.policy)
    const plan = this.#plan(start, policy)
    if (start.world === 'panda-fci' && !start.workspaceClear)
      throw refusal(
        'workspace-not-clear',
        'Nobody said that the workspace is clear. The arm does not move.',
        'Look that nobody and nothing is inside the box, tick that line, then start again.',
      )
    const held = start.world === 'panda-fci' ? this.#seams.holdArm() : null
    const order = orderOf(start, plan, policy, held?.driverId ?? null)
    const running: Running = {
      start,
      plan,
      handle: this.#seams.startTries(order, (report) => this.#reported(running, report)),
      release: () => held?.release(),
      startedAt: performance.now(),
      problem: null,
    }
    this.#running = running
    this.#say({
      ...NOTHING,
      state: 'homing',
      learner: policy?.sheet.learner ?? start.learner,
      explorer: policy ? '' : start.explorer,
      policy: policy?.path ?? '',
      ...this.#position(running, 0),
    })
    running.handle.result.then(
      (result) => this.#ended(running, result),
      (error: unknown) => this.#ended(running, { triesDone: 0, problem: problemOf(error) }),
    )
  }

  /** No further try after the running one. Harmless when nothing runs, and twice. */
  stop(): void {
    if (!this.#running || this.#progress.current().state === 'stopping') return
    this.#running.handle.stopAfterTry()
    this.#say({ ...this.#progress.current(), state: 'stopping' })
  }

  trace(tryId: string): TryTrace {
    const { stepPeriodS, distance, tooltip } = this.#store.read(tryId)
    return { id: tryId, stepPeriodS, distance: pack(distance), tooltip: pack(tooltip) }
  }

  exportCsv(): string {
    return table1Csv(this.#buildGrid())
  }

  exportOthersCsv(): string {
    return othersCsv(this.#buildOthers())
  }

  exportSvg(): string {
    return table1Svg(this.#buildGrid())
  }

  /** Lets the running try end, then closes the store. */
  async close(): Promise<void> {
    this.#running?.handle.stopAfterTry()
    await this.#running?.handle.result.catch(() => undefined)
    for (const end of this.#ends) end()
    this.#store.close()
  }

  #buildGrid(): EvaluationGrid {
    const { goals, jobs, learners, policies } = this.#seams
    return buildGrid({
      goals: goals.list(),
      learners,
      policies: eligiblePolicies(policies(), jobs.current()),
      jobs: jobs.current(),
      tries: this.#tries,
      progress: this.#progress.current(),
      triesPerGoal: TRIES_PER_GOAL,
    })
  }

  #buildOthers(): OtherPolicy[] {
    const { goals, jobs, policies } = this.#seams
    const all = policies()
    return otherPolicies({
      goals: goals.list(),
      policies: all,
      busy: busyPolicies(all, jobs.current()),
      tries: this.#tries,
      returns: this.#returns,
      progress: this.#progress.current(),
    })
  }

  /** Refuses a policy that is gone, not trained, or being trained on. */
  #policyAt(path: string): PolicySummary {
    const { policies, jobs } = this.#seams
    const found = eligiblePolicies(policies(), jobs.current()).find((policy) => policy.path === path)
    if (found) return found
    throw refusal(
      'policy-missing',
      `There is no trained policy at ${path}, or it is being trained on. Nothing moved.`,
      'Wait until its training has ended, or choose another one.',
    )
  }

  #plan(start: EvaluationStart, policy: PolicySummary | null): TryPlan {
    const goals = this.#seams.goals.list()
    if (policy) return planPolicy(start, policy, goals)
    return planCell(start, eligiblePolicies(this.#seams.policies(), this.#seams.jobs.current()), goals)
  }

  #reported(running: Running, report: EvaluationReport): void {
    if (this.#running !== running) return
    const before = this.#progress.current()
    const state = before.state === 'stopping' ? 'stopping' : report.type === 'homing' ? 'homing' : 'running'
    if (report.type === 'try') {
      if (!this.#keep(running, report)) return
      this.#say({ ...before, triesDone: report.index + 1, etaS: this.#eta(running, report.index + 1, 0) })
    } else if (report.type === 'homing' || report.type === 'begin') {
      this.#say({ ...before, state, ...this.#position(running, report.index), q: null, tooltip: null })
    } else {
      const { step, q, tooltip } = report
      const etaS = this.#eta(running, report.index, step / STEPS_PER_TRY)
      this.#say({ ...before, state, step, q, tooltip, etaS })
    }
  }

  /** Stores a finished try. When that fails, no further one is made: it could not be kept either. */
  #keep(running: Running, report: Extract<EvaluationReport, { type: 'try' }>): boolean {
    const one = running.plan.tries[report.index]
    if (!one) throw new Error(`no try ${report.index} in the plan`)
    const { episode, policyUpdates, stepPeriodS } = report
    const about = { id: one.id, policyPath: one.policyPath, world: running.start.world, at: Date.now() }
    try {
      if (one.goal && 'distance' in episode) {
        const { distance, tooltip, ...measures } = episode
        const result = { ...about, goal: one.goal.name, goalPosition: one.goal.position, ...measures }
        this.#store.add({ result, policyUpdates, stepPeriodS, distance, tooltip })
        this.#tries.push({ result, policyUpdates })
      } else {
        const { steps, return: sum, endReason } = episode
        const result = { ...about, steps, return: sum, endReason }
        this.#store.addReturn({ result, policyUpdates })
        this.#returns.push({ result, policyUpdates })
      }
    } catch (error) {
      running.problem ??= refusal(
        'try-not-kept',
        'The last try could not be written to disk. No further try is made; those before it are kept.',
        'Make room on the disk, then start again.',
        String(error),
      ).problem
      running.handle.stopAfterTry()
      return false
    }
    return true
  }

  #position(running: Running, index: number): Partial<EvaluationProgress> {
    const { tries, perRound } = running.plan
    return {
      goal: tries[index]?.goal?.name ?? '',
      tryNumber: Math.floor(index / perRound) + 1,
      triesDone: index,
      triesTotal: tries.length,
      step: 0,
      etaS: this.#eta(running, index, 0),
    }
  }

  /** Remaining time, s: from the pace so far; before the first try ends, on the arm, from its nominal length. */
  #eta(running: Running, done: number, share: number): number | null {
    const left = running.plan.tries.length - done - share
    if (done > 0) return (left * (performance.now() - running.startedAt)) / 1000 / (done + share)
    return running.start.world === 'panda-fci' ? left * TRY_ON_ARM_S : null
  }

  #ended(running: Running, result: EvaluationResult): void {
    running.release()
    this.#running = null
    const problem = running.problem ?? result.problem
    const state = problem ? 'failed' : 'done'
    this.#say({ ...this.#progress.current(), state, q: null, tooltip: null, etaS: null, problem })
  }

  #say(progress: EvaluationProgress): void {
    const before = this.#progress.current()
    this.#progress.set(progress)
    const changed = (['state', 'goal', 'tryNumber', 'triesDone'] as const).some((key) => before[key] !== progress[key])
    if (changed) this.#gridChange.set(null)
  }

  /** The grid shows who is in training, not how far; so most job news is none for it. */
  #jobsChanged(): void {
    const states = this.#seams.jobs
      .current()
      .map((job) => `${job.id} ${job.state}`)
      .join()
    if (states === this.#jobStates) return
    this.#jobStates = states
    this.#gridChange.set(null)
  }
}
