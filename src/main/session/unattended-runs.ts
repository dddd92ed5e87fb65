import { setTimeout as sleep } from 'node:timers/promises'
import { problemOf } from '../../contract/problem.ts'
import type { StopCause } from '../../contract/robot.ts'
import type { SessionProgress } from '../../contract/session.ts'
import type { Feed } from '../platform/watched.ts'
import { RecoveryRules } from '../robot/recovery-rules.ts'
import type { Robot } from '../robot/robot.ts'
import type { UnattendedSettings } from '../robot/unattended-settings.ts'

/** The arm stands for this long before it is recovered, so that a person who looks can still press STOP. */
const REST = 3000 // ms

/** The run that is on, as far as it is paused and resumed. */
interface Runs {
  progress: Feed<SessionProgress>
  resume(): void
}

/**
 * After a stop of a cause that a person has allowed: recovery, which moves nothing and is watched; then, as an act of its
 * own, the run goes on with the slow way home and a new episode. In every other case the arm stays held for a person.
 */
export class UnattendedRuns {
  readonly #robot: Robot
  readonly #runs: Runs
  readonly #settings: UnattendedSettings
  readonly #rules = new RecoveryRules()
  readonly #offs: (() => void)[]
  #judgedAt = 0

  constructor(robot: Robot, runs: Runs, settings: UnattendedSettings) {
    this.#robot = robot
    this.#runs = runs
    this.#settings = settings
    const look = (): void => this.#look()
    this.#offs = [robot.state.onChange(look), runs.progress.onChange(look)]
  }

  close(): void {
    for (const off of this.#offs) off()
  }

  #look(): void {
    const { stop, activity } = this.#robot.state.current()
    const { state, world } = this.#runs.progress.current()
    if (!stop?.latched || activity !== 'held' || state !== 'paused' || world !== 'panda-fci') return
    // One stop is judged once; its time is converted between two clocks and jitters.
    if (Math.abs(stop.at - this.#judgedAt) < 500) return
    this.#judgedAt = stop.at
    void this.#judge(stop)
  }

  async #judge(stop: StopCause): Promise<void> {
    try {
      const allowed = this.#settings.read()
      if (allowed.causes.length === 0) return
      const verdict = this.#rules.judge(stop, allowed, performance.now())
      if (!verdict.goOn) return this.#robot.note(`The run waits for a person: ${verdict.why}`)
      this.#robot.note(`Recovers by itself in ${REST / 1000} s, ${verdict.count} of ${allowed.perHour} within an hour`)
      const { takenBack } = this.#robot
      await sleep(REST)
      if (!this.#isStill(stop) || !this.#mayGoOn(stop, verdict.count, takenBack)) return
      await this.#robot.recoverForRun()
      // A person who has resumed meanwhile has decided; the run is theirs.
      if (this.#runs.progress.current().state !== 'paused') return
      if (!this.#mayGoOn(stop, verdict.count, takenBack) || !this.#robot.state.current().armed) return
      this.#runs.resume()
      this.#robot.note('Recovered by itself; the run goes on from home')
    } catch (error) {
      this.#robot.note(`The run waits for a person: ${problemOf(error).message}`)
    }
  }

  /**
   * Asked again after each wait: false, with the arm disarmed and the reason in the log, when a STOP, the stop box or a
   * disarm came since `takenBack`, or when a person's word for recovery `count` after this cause does not stand any more.
   */
  #mayGoOn(stop: StopCause, count: number, takenBack: number): boolean {
    const why =
      takenBack === this.#robot.takenBack ? this.#withdrawn(stop, count) : 'the arm was stopped or disarmed meanwhile'
    if (why === null) return true
    this.#robot.disarm()
    this.#robot.note(`The run waits for a person: ${why}`)
    return false
  }

  /** Why the settings, read anew, do not allow it; null when they do. */
  #withdrawn({ code }: StopCause, count: number): string | null {
    try {
      const { causes, perHour } = this.#settings.read()
      const allowed = (causes as readonly string[]).includes(code) && count <= perHour
      return allowed ? null : 'the permission to go on after this cause was withdrawn meanwhile'
    } catch (error) {
      return problemOf(error).message
    }
  }

  /** Neither a person nor another stop has come in between. */
  #isStill(stop: StopCause): boolean {
    const now = this.#robot.state.current()
    const sameStop = now.stop?.latched === true && now.stop.code === stop.code && Math.abs(now.stop.at - stop.at) < 500
    return sameStop && now.activity === 'held' && this.#runs.progress.current().state === 'paused'
  }
}
