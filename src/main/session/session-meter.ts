import type { SessionProgress, SessionStop } from '../../contract/session.ts'
import { StepFlag } from '../../contract/dataset.ts'
import { PartTimes, percentile99 } from './part-times.ts'
import type { EpisodeEnd, EpisodeKept, ResumePoint } from './episode-recorder.ts'

/** Steps over which the 99th percentile of the step time is taken. */
const STEP_TIMES = 1000
/** Stops that are kept for the screen; the newest ones. */
const MOST_STOPS = 200

type Counted = Pick<
  SessionProgress,
  | 'episodesFinished'
  | 'endReasons'
  | 'runningS'
  | 'etaS'
  | 'stepsPerS'
  | 'stepTimeP99Ms'
  | 'stepParts'
  | 'lateTicks'
  | 'slowedSteps'
  | 'clippedSteps'
  | 'stops'
>

/** Counts and clocks of a running session. A step costs no allocation. */
export class SessionMeter {
  private readonly resume: ResumePoint
  private readonly endReasons: Record<string, number>
  private readonly stops: SessionStop[] = []
  /** Filled by the loop, and only where a step has a period. */
  readonly parts = new PartTimes()
  private readonly stepTimes = new Float32Array(STEP_TIMES)
  private steps = 0
  private episodes = 0
  private late: number
  private slowed: number
  private clipped: number
  private lastTick = 0n
  private activeMs = 0
  private activeSince: number | null = null

  constructor(resume: ResumePoint) {
    this.resume = resume
    this.endReasons = { ...resume.endReasons }
    this.late = resume.lateTicks
    this.slowed = resume.slowedSteps
    this.clipped = resume.clippedSteps
  }

  /** The clock of the pace runs while the session moves or gathers, not while it is paused. */
  runClock(run: boolean): void {
    const now = performance.now()
    if (run && this.activeSince === null) this.activeSince = now
    if (run || this.activeSince === null) return
    this.activeMs += now - this.activeSince
    this.activeSince = null
  }

  get activeS(): number {
    const running = this.activeSince === null ? 0 : performance.now() - this.activeSince
    return (this.activeMs + running) / 1000
  }

  /** Transitions gathered by this run. */
  get gathered(): number {
    return this.steps
  }

  beginEpisode(tick: bigint): void {
    this.lastTick = tick
  }

  /** Counts one step; returns its time, ms. */
  step(flags: number, tick: bigint): number {
    const ms = Number(tick - this.lastTick) / 1e6
    this.lastTick = tick
    this.stepTimes[this.steps % STEP_TIMES] = ms
    this.steps += 1
    if (flags & StepFlag.late) this.late += 1
    if (flags & StepFlag.slowed) this.slowed += 1
    if (flags & StepFlag.clipped) this.clipped += 1
    return ms
  }

  endEpisode(kept: EpisodeKept, end: EpisodeEnd, transitions: number): void {
    this.episodes += 1
    this.endReasons[end.reason] = (this.endReasons[end.reason] ?? 0) + 1
    if (end.stopCode === '') return
    const { episode, steps: step } = kept
    const { reason: endReason, stopTitle: title, message } = end
    this.stops.push({ at: Date.now(), episode, step, transitions, endReason, title, message })
    if (this.stops.length > MOST_STOPS) this.stops.shift()
  }

  counted(remaining: number): Counted {
    const runningS = this.activeS
    const pace = this.steps === 0 ? 0 : runningS / this.steps
    return {
      episodesFinished: this.resume.episodes + this.episodes,
      endReasons: { ...this.endReasons },
      runningS,
      // Before the first return home the pace would promise too much.
      etaS: this.episodes === 0 ? null : remaining * pace,
      stepsPerS: runningS === 0 ? 0 : this.steps / runningS,
      stepTimeP99Ms: this.stepTimeP99(),
      stepParts: this.parts.read(),
      lateTicks: this.late,
      slowedSteps: this.slowed,
      clippedSteps: this.clipped,
      stops: [...this.stops],
    }
  }

  private stepTimeP99(): number | null {
    const n = Math.min(this.steps, STEP_TIMES)
    return n === 0 ? null : percentile99(this.stepTimes, n)
  }
}
