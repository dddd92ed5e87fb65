import { Worker } from 'node:worker_threads'
import { ProblemError, problemOf, refusal } from '../../contract/problem.ts'
import type { SessionProgress } from '../../contract/session.ts'
import { datasetNameOf } from '../platform/dataset-name.ts'
import { Watched } from '../platform/watched.ts'
import type { Feed } from '../platform/watched.ts'
import { workerEntry } from '../platform/worker-entry.ts'
import type { LimitViolations } from '../world/world.ts'
import type { CutEpisode } from './episode-recorder.ts'
import { LiveStore } from './live-store.ts'
import { PauseWish, SessionControl } from './session-control.ts'
import type { LoopProgress, SessionEnd, SessionNews, SessionOrder } from './session-order.ts'
import { NO_RUN } from './no-run.ts'

/** How a session ended and what it did. */
export interface SessionResult {
  end: SessionEnd
  progress: SessionProgress
  violations: LimitViolations
  /** Time of this run without pauses, s. */
  wallS: number
}

const NO_VIOLATIONS: LimitViolations = { position: 0, velocity: 0, acceleration: 0, jerk: 0 }

/** One run in its thread, as the rest of the program sees it. */
export class Session {
  readonly order: Omit<SessionOrder, 'control'>
  readonly datasetId: string
  /** The episode that an earlier process left open; kept with end reason `crash`. */
  readonly cutEpisode: CutEpisode | null
  /** Resolves when the thread has closed the dataset, however the run ended. Never rejects. */
  readonly ended: Promise<SessionResult>
  private readonly control: SessionControl
  private readonly watched: Watched<SessionProgress>
  private readonly liveStore = new LiveStore()

  /**
   * Starts a run. Resolves when the dataset is open and the loop begins; rejects with the refusal of the world, disk or
   * dataset, and then nothing has moved and nothing was changed.
   */
  static start(order: Omit<SessionOrder, 'control'>): Promise<Session> {
    const control = new SessionControl()
    const worker = new Worker(workerEntry('session-worker'), { workerData: { ...order, control: control.buffer } })
    return new Promise((resolve, reject) => {
      const refused = (error: unknown): void => reject(new ProblemError(problemOf(error)))
      const exited = (code: number): void => refused(threadEnded(code))
      worker.once('error', refused)
      worker.once('exit', exited)
      worker.once('message', (news: SessionNews) => {
        worker.off('error', refused)
        worker.off('exit', exited)
        if (news.kind === 'opened') resolve(new Session(order, control, worker, news))
        else refused(news.kind === 'refused' ? news.problem : new Error(`the session thread began with ${news.kind}`))
      })
    })
  }

  private constructor(
    order: Omit<SessionOrder, 'control'>,
    control: SessionControl,
    worker: Worker,
    opened: Extract<SessionNews, { kind: 'opened' }>,
  ) {
    this.order = order
    this.control = control
    this.datasetId = opened.datasetId
    this.cutEpisode = opened.cutEpisode
    this.watched = new Watched(this.complete(startProgress(order, opened.resumedFrom)))
    this.ended = this.follow(worker)
  }

  /** Newest progress; changes at most about four times a second. */
  get progress(): Feed<SessionProgress> {
    return this.watched
  }

  /** What is new of the running episode, for one subscriber. */
  live(): ReturnType<LiveStore['reader']> {
    return this.liveStore.reader()
  }

  pauseAfterEpisode(): void {
    this.control.pause = PauseWish.afterEpisode
  }

  /** The arm ramps to zero; the running episode is kept and ends as `operator-stop`. */
  pauseNow(): void {
    this.control.pause = PauseWish.now
  }

  /** Goes on with a return home. After a latched stop the arm has to be re-armed first. */
  resume(): void {
    this.control.pause = PauseWish.none
  }

  /** Ends the run; what was gathered is kept. The arm stays where it stands. */
  end(): void {
    this.control.requestEnd()
  }

  private follow(worker: Worker): Promise<SessionResult> {
    return new Promise((resolve) => {
      let result: SessionResult | null = null
      const failed = (error: unknown): void => {
        if (result) return
        const progress: SessionProgress = {
          ...this.watched.current(),
          state: 'failed',
          endedAt: Date.now(),
          problem: problemOf(error),
        }
        result = { end: 'failed', progress, violations: NO_VIOLATIONS, wallS: progress.runningS }
      }
      worker.on('message', (news: SessionNews) => {
        if (news.kind === 'progress') this.watched.set(this.complete(news.progress))
        if (news.kind === 'live') this.liveStore.add(news.rows)
        if (news.kind === 'refused') failed(news.problem)
        if (news.kind !== 'ended') return
        const { end, violations, wallS } = news
        result = { end, progress: this.complete(news.progress, Date.now()), violations, wallS }
      })
      worker.once('error', failed)
      worker.once('exit', (code) => {
        failed(threadEnded(code))
        if (!result) return
        this.watched.set(result.progress)
        resolve(result)
      })
    })
  }

  private complete(progress: LoopProgress, endedAt: number | null = null): SessionProgress {
    const { path, world, explorer, mode, seed } = this.order
    const dataset = { id: this.datasetId, name: datasetNameOf(path), path }
    return { ...progress, endedAt, dataset, world, explorer, mode, seed }
  }
}

function startProgress(order: Omit<SessionOrder, 'control'>, resumedFrom: number): LoopProgress {
  const { target, stepsPerEpisode } = order
  return {
    ...NO_RUN,
    state: 'starting',
    transitions: resumedFrom,
    target,
    resumedFrom,
    stepsPerEpisode,
    startedAt: Date.now(),
  }
}

function threadEnded(code: number): Error {
  return refusal(
    'session-ended',
    `The session thread ended by itself (exit code ${code}). The arm stops by itself; every committed step is on disk.`,
    'Continue the dataset. When this comes back, report it.',
  )
}
