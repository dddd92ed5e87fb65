import { problemOf } from '../../contract/problem.ts'
import type { Problem } from '../../contract/problem.ts'
import type { SessionProgress } from '../../contract/session.ts'
import { bytesText } from '../platform/disk.ts'
import { StepEnd } from '../platform/native-explore.ts'
import type { Explorer } from '../platform/native-explore.ts'
import { EndCode } from '../world/end-code.ts'
import { stepRow } from '../world/step-row.ts'
import type { StepRow } from '../world/step-row.ts'
import type { World } from '../world/world.ts'
import { STEP_LIMIT_END, operatorEnd, targetEnd, worldEnd } from './episode-end.ts'
import type { EpisodeEnd, EpisodeRecorder } from './episode-recorder.ts'
import { LiveCollector } from './live-rows.ts'
import { PauseWish } from './session-control.ts'
import type { SessionControl } from './session-control.ts'
import { SessionMeter } from './session-meter.ts'
import type { LoopListener, LoopProgress, SessionEnd } from './session-order.ts'
import { bytesPerTransition } from './session-plan.ts'

const PROGRESS_EVERY_MS = 250
const LIVE_EVERY_MS = 100
type SessionState = SessionProgress['state']

/** One wait on the way home or in a pause; between two of them wishes and progress are looked after. */
const WAIT_MS = 100
/** One wait for updates that are behind, ms: short, because most of the time there are only a few. */
const LEARN_MS = 10
/** A world at full speed may finish its episode within this time after the end was asked for: a whole one resumes exactly. */
const FINISH_WITHIN_MS = 1000

export interface LoopParts {
  world: World
  explorer: Explorer
  recorder: EpisodeRecorder
  control: SessionControl
  listener: LoopListener
  /** Free space of the dataset's disk, bytes. */
  freeBytes: () => number
}

export interface LoopSettings {
  /** Transitions in all. */
  target: number
  stepsPerEpisode: number
  diskFloorBytes: number
  live: boolean
}

/**
 * The one loop of arm and worlds: go home, explore an episode, keep it, again. It blocks its thread until the target is
 * reached, the end is asked for, or the disk is at its floor. A latched stop pauses it until a person resumes it.
 */
export class SessionLoop {
  private readonly parts: LoopParts
  private readonly settings: LoopSettings
  private readonly meter: SessionMeter
  private readonly live: LiveCollector | null
  private readonly row: StepRow
  private readonly startedAt = Date.now()
  private state: SessionState = 'starting'
  /** Why the session is paused or ended early. */
  private problem: Problem | null = null
  /** Paused until the next resume, by a wish or by a stop. */
  private paused = false
  private episode: number
  private step = 0
  private transitions: number
  /** Transitions that were left out when this run began. */
  private readonly leftOutBefore: number
  private endAskedAtMs: number | null = null
  private progressAtMs = 0
  private liveAtMs = 0

  constructor(parts: LoopParts, settings: LoopSettings) {
    const { spec } = parts.world
    const { resume } = parts.recorder
    this.parts = parts
    this.settings = settings
    this.meter = new SessionMeter(resume)
    this.live = settings.live ? new LiveCollector(spec) : null
    this.row = stepRow(spec.observation.length, spec.action.length, spec.simulatorState.length)
    this.episode = resume.lastEpisode
    this.transitions = resume.transitions
    this.leftOutBefore = parts.recorder.leftOut
    if (resume.explorerState) parts.explorer.restoreState(resume.explorerState)
  }

  run(): SessionEnd {
    this.meter.runClock(true)
    if (this.targetIsReached()) return 'complete'
    for (;;) {
      if (!this.mayGoOn()) return 'ended'
      if (!this.goHome()) continue
      if (this.targetIsReached()) return 'complete'
      if (!this.catchUp()) continue
      if (this.diskIsAtFloor()) return 'disk-floor'
      this.exploreEpisode()
    }
  }

  /** The target counts kept transitions: what people left out is recorded again. */
  private targetIsReached(): boolean {
    return this.transitions - this.parts.recorder.leftOut >= this.settings.target
  }

  /** Waits while the session is paused. False when the end is asked for. */
  private mayGoOn(): boolean {
    const { control } = this.parts
    if (!control.end && (this.paused || control.pauseIsWanted())) {
      // A stop of the arm pauses as a person would: the same resume ends both.
      if (!control.pauseIsWanted()) control.pause = PauseWish.now
      this.parts.recorder.flush()
      this.enter('paused')
      this.meter.runClock(false)
      for (let seen = control.wishes; control.pauseIsWanted() && !control.end; seen = control.wishes) {
        control.waitForWish(seen, WAIT_MS)
        this.tell()
      }
      this.meter.runClock(true)
      this.paused = false
      this.problem = control.end ? this.problem : null
    }
    return !control.end
  }

  /** True when the world stands at its start pose; false when a stop or a wish came on the way. */
  private goHome(): boolean {
    const { world, control } = this.parts
    // At full speed the way is over at once, hundreds of times a second: nobody could read of it.
    if (world.spec.realTime || this.state !== 'running') this.enter('homing')
    try {
      world.beginReset(this.episode + 1)
      while (!world.continueReset(WAIT_MS)) {
        this.tell()
        if (!control.end && control.pause !== PauseWish.now) continue
        world.endEpisode()
        return false
      }
      return true
    } catch (error) {
      this.pauseFor(problemOf(error))
      return false
    }
  }

  /** Updates that are behind are made up before the next episode. False when a wish came meanwhile. */
  private catchUp(): boolean {
    const { explorer, control } = this.parts
    while (explorer.behind() > 0) {
      const seen = control.wishes
      if (control.end || control.pauseIsWanted()) return false
      control.waitForWish(seen, LEARN_MS)
      this.tell()
    }
    return true
  }

  private diskIsAtFloor(): boolean {
    const free = this.parts.freeBytes()
    const { diskFloorBytes } = this.settings
    if (free >= diskFloorBytes) return false
    const [left, floor] = [free, diskFloorBytes].map(bytesText)
    this.problem = {
      code: 'disk-floor',
      message: `The disk is nearly full: ${left} free, the floor is ${floor}. Episode ${this.episode} was finished and saved, the arm is at home, the run has ended.`,
      tip: 'Free space on that disk, then continue the dataset.',
    }
    return true
  }

  private exploreEpisode(): void {
    if (!this.beginEpisode()) return
    let end: EpisodeEnd | null = null
    try {
      while (end === null) end = this.exploreStep()
    } finally {
      // Also when the disk fails: the arm must not be left moving towards the last action.
      this.parts.world.endEpisode()
    }
    this.keepEpisode(end)
  }

  private beginEpisode(): boolean {
    const { world, explorer, recorder } = this.parts
    try {
      world.beginEpisode(this.row)
    } catch (error) {
      this.pauseFor(problemOf(error))
      return false
    }
    explorer.beginEpisode(this.episode + 1)
    this.episode = recorder.beginEpisode(this.row, explorer.skill())
    this.step = 0
    this.meter.beginEpisode(this.row.tickTime[0]!)
    this.live?.beginEpisode(this.episode)
    this.enter('running')
    return true
  }

  /** Act, step, record, learn. Returns how the episode ended, or null while it goes on. */
  private exploreStep(): EpisodeEnd | null {
    const { world, explorer, recorder } = this.parts
    const { row } = this
    const parts = world.spec.realTime ? this.meter.parts : null
    parts?.start()
    explorer.act(row.observation, row.action)
    parts?.end(0)
    try {
      world.step(row)
    } catch (error) {
      return this.stoppedEnd(problemOf(error))
    }
    if (row.info[1] === EndCode.unstable) return this.brokenOff()
    parts?.start()
    recorder.append(row)
    this.step += 1
    this.transitions += 1
    const stepTimeMs = this.meter.step(row.info[0]!, row.tickTime[0]!)
    this.live?.step(row, stepTimeMs)
    this.tell()
    parts?.end(1)
    parts?.start()
    const end = this.endAfterStep()
    explorer.observe(row.observation, stepEnd(end))
    explorer.learn()
    parts?.end(2)
    return end
  }

  private endAfterStep(): EpisodeEnd | null {
    const { target, stepsPerEpisode } = this.settings
    const code = this.row.info[1]!
    if (code !== EndCode.none) return this.worldEnded(code)
    if (this.step >= stepsPerEpisode) return STEP_LIMIT_END
    if (this.targetIsReached()) return targetEnd(target)
    if (this.endIsDue()) return operatorEnd(`The run was ended in step ${this.step} of ${stepsPerEpisode}.`)
    if (this.parts.control.pause !== PauseWish.now) return null
    return operatorEnd(`The run was paused in step ${this.step} of ${stepsPerEpisode}.`)
  }

  private endIsDue(): boolean {
    const { control, world } = this.parts
    if (!control.end) return false
    this.endAskedAtMs ??= performance.now()
    return world.spec.realTime || performance.now() - this.endAskedAtMs > FINISH_WITHIN_MS
  }

  private worldEnded(code: number): EpisodeEnd {
    const cause = this.parts.world.stopCause()
    if (cause?.latched) this.pauseFor({ code: cause.code, message: `${cause.title}. ${cause.message}`, tip: cause.tip })
    return worldEnd(code, cause)
  }

  /** The step has no result. Where it was the first one, the same episode would only break off again. */
  private brokenOff(): EpisodeEnd {
    const cause = this.parts.world.stopCause()
    if (cause && this.step === 0) this.pauseFor({ code: cause.code, message: cause.message, tip: cause.tip })
    return worldEnd(EndCode.unstable, cause)
  }

  /** The world could not do the step; the rows before it are kept. */
  private stoppedEnd(problem: Problem): EpisodeEnd {
    this.pauseFor(problem)
    const { code, message, tip } = problem
    const cause = this.parts.world.stopCause() ?? { code, title: message, message, tip, latched: true }
    return worldEnd(EndCode.stopped, cause)
  }

  private keepEpisode(end: EpisodeEnd): void {
    const { explorer, recorder } = this.parts
    const kept = recorder.endEpisode(end, explorer.saveState())
    if (!kept) {
      // Its number is given to the next one, which then has the same start and the same policy.
      this.episode -= 1
      return
    }
    this.meter.endEpisode(kept, end, this.transitions)
    this.live?.curvePoint(this.transitions, recorder.coverage()?.fraction ?? 0)
  }

  private pauseFor(problem: Problem): void {
    this.problem = problem
    this.paused = true
  }

  private enter(state: SessionState): void {
    if (this.state === state) return
    this.state = state
    this.progressAtMs = 0
    this.tell()
  }

  /** Tells progress and live rows when their time has come. */
  private tell(): void {
    const now = performance.now()
    const { listener } = this.parts
    if (now - this.progressAtMs >= PROGRESS_EVERY_MS) {
      this.progressAtMs = now
      listener.progress(this.progress(this.shownState()))
    }
    if (this.live && now - this.liveAtMs >= LIVE_EVERY_MS) {
      this.liveAtMs = now
      listener.live(this.live.take(this.row))
    }
  }

  /** The state with the wishes that it has not come to yet. */
  private shownState(): SessionState {
    const { control } = this.parts
    if (this.state !== 'homing' && this.state !== 'running') return this.state
    if (control.end) return 'ending'
    return control.pauseIsWanted() ? 'pausing' : this.state
  }

  /** Where the session is. `state` is the caller's when the loop has ended. */
  progress(state: SessionState, problem: Problem | null = this.problem): LoopProgress {
    const { recorder, world } = this.parts
    const { target, stepsPerEpisode } = this.settings
    const { leftOut } = recorder
    const remaining = target + leftOut - this.transitions
    const bytes = recorder.bytes()
    return {
      state,
      transitions: recorder.committed - leftOut,
      target,
      resumedFrom: recorder.resume.transitions - this.leftOutBefore,
      episode: this.episode,
      step: this.step,
      stepsPerEpisode,
      startedAt: this.startedAt,
      ...this.meter.counted(remaining),
      bytes,
      bytesExpected: bytes + remaining * bytesPerTransition(world.spec),
      coverage: recorder.coverage(),
      learning: this.learning(),
      problem,
    }
  }

  private learning(): LoopProgress['learning'] {
    const { updates, behind, losses } = this.parts.explorer.learning()
    const known = Object.entries(losses).filter(([, value]) => Number.isFinite(value))
    return Object.keys(losses).length === 0 ? null : { updates, behind, losses: Object.fromEntries(known) }
  }

  /** Steps gathered by this run and the time they took without pauses. */
  get effort(): { steps: number; activeS: number } {
    return { steps: this.meter.gathered, activeS: this.meter.activeS }
  }
}

function stepEnd(end: EpisodeEnd | null): StepEnd {
  if (end === null) return StepEnd.none
  return end.reason === 'terminal' ? StepEnd.terminal : StepEnd.cut
}
