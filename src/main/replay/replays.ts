import { problemOf, refusal } from '../../contract/problem.ts'
import { SLOW_REPLAY } from '../../contract/replay.ts'
import type { ReplayProgress, ReplayStart } from '../../contract/replay.ts'
import { Watched } from '../platform/watched.ts'
import type { Feed } from '../platform/watched.ts'
import type { ReplayHandle, ReplayOrder, ReplayReport, ReplayResult, ReplayWish } from './replay-order.ts'

export interface ReplaySeams {
  dataset(id: string): { path: string } | undefined
  /** Takes the connected arm. Refuses when there is none or when another run has it. */
  holdArm(): { driverId: number; release(): void }
  startReplay(order: ReplayOrder, report: (report: ReplayReport) => void): ReplayHandle
}

const NOTHING: ReplayProgress = {
  state: 'none',
  dataset: '',
  episode: 0,
  speed: 0,
  step: 0,
  steps: 0,
  etaS: null,
  recorded: null,
  live: null,
  deviationRad: null,
  worst: null,
  problem: null,
}

const STEP_PERIOD_S = 0.05

/** Recorded episodes on the connected arm, one at a time. */
export class Replays {
  readonly #seams: ReplaySeams
  readonly #progress = new Watched<ReplayProgress>(NOTHING)
  /** Episodes that were replayed slowly to their end since the station was opened. */
  readonly #seenSlowly = new Set<string>()
  #handle: ReplayHandle | null = null

  constructor(seams: ReplaySeams) {
    this.#seams = seams
  }

  get progress(): Feed<ReplayProgress> {
    return this.#progress
  }

  get isActive(): boolean {
    return this.#handle !== null
  }

  /** True when the episode may be replayed faster than `SLOW_REPLAY`. */
  mayBeFast(dataset: string, episode: number): boolean {
    return this.#seenSlowly.has(keyOf(dataset, episode))
  }

  /** Refuses before anything moves: without a person's statement, without the arm, or fast before slow. */
  start(start: ReplayStart): void {
    const { dataset, episode, speed, workspaceClear } = start
    if (this.#handle)
      throw refusal('replay-running', 'Another replay is running. Nothing new was started.', 'Stop it first.')
    if (!workspaceClear)
      throw refusal(
        'workspace-not-clear',
        'Nobody said that the workspace is clear. The arm does not move.',
        'Look that nobody and nothing is inside the box, tick that line, then start again.',
      )
    if (speed > SLOW_REPLAY && !this.mayBeFast(dataset, episode))
      throw refusal(
        'replay-slow-first',
        `Episode ${episode} was not replayed slowly yet. The arm does not move.`,
        `Replay it once at ${100 * SLOW_REPLAY} % of its speed or less and watch it to its end.`,
      )
    const path = this.#seams.dataset(dataset)?.path
    if (path === undefined)
      throw refusal(
        'dataset-missing',
        'That dataset is not in the list any more. Nothing moved.',
        'Choose another one.',
      )
    const held = this.#seams.holdArm()
    const order: ReplayOrder = { arm: { kind: 'attached', id: held.driverId }, path, episode, speed }
    this.#progress.set({ ...NOTHING, state: 'homing', dataset, episode, speed })
    const handle = this.#seams.startReplay(order, (report) => this.#reported(handle, report))
    this.#handle = handle
    const failed = (error: unknown): ReplayResult => {
      const { step, steps, worst } = this.#progress.current()
      return { end: 'failed', step, steps, worst, problem: problemOf(error) }
    }
    void handle.result.catch(failed).then((result) => this.#ended(start, held, result))
  }

  /** Harmless when nothing runs. */
  wish(wish: ReplayWish): void {
    this.#handle?.wish(wish)
  }

  /** Lets the arm come to rest. */
  async close(): Promise<void> {
    this.#handle?.wish('stop')
    await this.#handle?.result.catch(() => undefined)
  }

  #reported(handle: ReplayHandle, report: ReplayReport): void {
    if (this.#handle !== handle) return
    const { speed } = this.#progress.current()
    const etaS = report.state === 'running' ? ((report.steps - report.step) * STEP_PERIOD_S) / speed : null
    this.#progress.set({ ...this.#progress.current(), ...report, etaS })
  }

  #ended(start: ReplayStart, held: { release(): void }, { end, problem, ...places }: ReplayResult): void {
    held.release()
    this.#handle = null
    if (end === 'complete' && start.speed <= SLOW_REPLAY) this.#seenSlowly.add(keyOf(start.dataset, start.episode))
    const state = end === 'complete' ? 'done' : end
    const { dataset, episode, speed } = start
    this.#progress.set({ ...NOTHING, dataset, episode, speed, ...places, state, problem })
  }
}

const keyOf = (dataset: string, episode: number): string => `${dataset} ${episode}`
