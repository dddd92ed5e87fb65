import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { EvaluationGrid, EvaluationProgress, EvaluationStart, TryTrace } from '../../contract/evaluation.ts'
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
  TryOrder,
} from './evaluation-order.ts'
import type { GoalBook } from './goals.ts'
import { table1Csv } from './table1-csv.ts'
import { table1Svg } from './table1-figure.ts'
import { buildGrid, eligiblePolicies, policyFor } from './table1.ts'
import { TryStore } from './try-store.ts'
import type { TryRecord } from './try-store.ts'

/** Steps of one try, as in the paper: 50 s at 20 Hz. */
export const STEPS_PER_TRY = 1000
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
  explorers: readonly { name: string; label: string }[]
  /** Takes the connected, armed arm for the tries. Refuses when there is none or when another run has it. */
  holdArm(): { driverId: number; release(): void }
  startTries(order: EvaluationOrder, report: (report: EvaluationReport) => void): EvaluationHandle
}

const NOTHING: EvaluationProgress = {
  state: 'none',
  learner: '',
  explorer: '',
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

/** Tries of one cell of Table 1 under way. */
interface Running {
  start: EvaluationStart
  order: EvaluationOrder
  handle: EvaluationHandle
  release: () => void
  startedAt: number
  /** Why its tries cannot be kept. */
  problem: Problem | null
}

/** Fills Table 1: makes the tries of a cell, keeps every finished one, and says what is missing in the others. */
export class Evaluation {
  readonly #seams: EvaluationSeams
  readonly #store: TryStore
  readonly #tries: TryRecord[]
  readonly #progress = new Watched<EvaluationProgress>(NOTHING)
  readonly #gridChange = new Watched(null)
  readonly #ends: (() => void)[]
  #running: Running | null = null
  #jobStates = ''

  constructor(seams: EvaluationSeams) {
    this.#seams = seams
    this.#store = new TryStore(join(seams.home, 'evaluations.db'))
    this.#tries = this.#store.list()
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

  /** Makes the tries of one cell. Refuses before anything moves when a policy is missing or the arm is not ready. */
  start(start: EvaluationStart): void {
    if (this.#running)
      throw refusal(
        'evaluation-running',
        'Another evaluation is running. Nothing new was started.',
        'Stop after this try, then start.',
      )
    const goals = this.#seams.goals.list()
    const tries = this.#planTries(start, goals)
    if (start.world === 'panda-fci' && !start.workspaceClear)
      throw refusal(
        'workspace-not-clear',
        'Nobody said that the workspace is clear. The arm does not move.',
        'Look that nobody and nothing is inside the box, tick that line, then start again.',
      )
    const held = start.world === 'panda-fci' ? this.#seams.holdArm() : null
    const arm: EvaluationOrder['arm'] = held ? { kind: 'attached', id: held.driverId } : { kind: 'simulated' }
    const order = { arm, stepsPerEpisode: STEPS_PER_TRY, tries }
    const running: Running = {
      start,
      order,
      handle: this.#seams.startTries(order, (report) => this.#reported(running, report)),
      release: () => held?.release(),
      startedAt: performance.now(),
      problem: null,
    }
    this.#running = running
    this.#say({
      ...NOTHING,
      state: 'homing',
      learner: start.learner,
      explorer: start.explorer,
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
    const { goals, jobs, learners, explorers, policies } = this.#seams
    return buildGrid({
      goals: goals.list(),
      learners,
      explorers,
      policies: eligiblePolicies(policies(), jobs.current()),
      jobs: jobs.current(),
      tries: this.#tries,
      progress: this.#progress.current(),
      triesPerGoal: TRIES_PER_GOAL,
    })
  }

  /** Rounds over the goals: an early stop then leaves the goals with equally many tries. */
  #planTries(start: EvaluationStart, goals: readonly Goal[]): TryOrder[] {
    const policies = eligiblePolicies(this.#seams.policies(), this.#seams.jobs.current())
    const chosen = goals.map((goal) => ({ goal, policy: policyFor(policies, start.learner, start.explorer, goal) }))
    const missing = chosen.filter((each) => each.policy === null).map((each) => each.goal.name)
    if (missing.length > 0)
      throw refusal(
        'not-trained',
        `No ${start.learner} policy from ${start.explorer} data is trained for goal ${missing.join(', ')}. Nothing moved.`,
        'Train it on the Train screen first.',
      )
    return Array.from({ length: start.triesPerGoal }, (_, round) =>
      chosen.map(({ goal, policy }, i) => ({
        id: randomUUID(),
        goal,
        policyPath: policy?.path ?? '',
        seed: (start.seed + round * goals.length + i) >>> 0,
      })),
    ).flat()
  }

  #reported(running: Running, report: EvaluationReport): void {
    if (this.#running !== running) return
    const before = this.#progress.current()
    const state = before.state === 'stopping' ? 'stopping' : report.type === 'homing' ? 'homing' : 'running'
    if (report.type === 'try') {
      if (!this.#keep(running, report)) return
      this.#say({ ...before, triesDone: report.index + 1, etaS: this.#eta(running, report.index + 1, 0) })
    } else if (report.type === 'homing') {
      this.#say({ ...before, state, ...this.#position(running, report.index), q: null, tooltip: null })
    } else {
      const { step, q, tooltip } = report
      const etaS = this.#eta(running, report.index, step / STEPS_PER_TRY)
      this.#say({ ...before, state, step, q, tooltip, etaS })
    }
  }

  /** Stores a finished try. When that fails, no further one is made: it could not be kept either. */
  #keep(running: Running, report: Extract<EvaluationReport, { type: 'try' }>): boolean {
    const one = running.order.tries[report.index]
    if (!one?.goal || !('distance' in report.episode)) throw new Error(`no try ${report.index} for a goal in the order`)
    const { distance, tooltip, ...measures } = report.episode
    const result = {
      id: one.id,
      goal: one.goal.name,
      goalPosition: one.goal.position,
      policyPath: one.policyPath,
      world: running.start.world,
      ...measures,
      at: Date.now(),
    }
    const { policyUpdates, stepPeriodS } = report
    try {
      this.#store.add({ result, policyUpdates, stepPeriodS, distance, tooltip })
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
    this.#tries.push({ result, policyUpdates })
    return true
  }

  #position(running: Running, index: number): Partial<EvaluationProgress> {
    const { tries } = running.order
    const goals = tries.length / running.start.triesPerGoal
    return {
      goal: tries[index]?.goal?.name ?? '',
      tryNumber: Math.floor(index / goals) + 1,
      triesDone: index,
      triesTotal: tries.length,
      step: 0,
      etaS: this.#eta(running, index, 0),
    }
  }

  /** Remaining time, s: from the pace so far; before the first try ends, on the arm, from its nominal length. */
  #eta(running: Running, done: number, share: number): number | null {
    const left = running.order.tries.length - done - share
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
