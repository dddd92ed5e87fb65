import type { IncidentHead } from '../../../contract/incident.ts'
import { problemOf } from '../../../contract/problem.ts'
import type { RobotState, StopCause } from '../../../contract/robot.ts'
import type { ArmDriver, NativeArmState } from '../../platform/native-arm.ts'
import { native } from '../../platform/native.ts'
import { hostLines } from '../preflight/host-lines.ts'
import type { HostLoadWatch } from '../preflight/host-load.ts'
import type { IncidentStore } from './incident-store.ts'
import { limitsHash } from '../limits-hash.ts'
import { abortCause } from '../stop-cause.ts'

const BEFORE = 2000 // ms
const AFTER = 1000 // ms
/** Beyond the last second, so that its last cycle is there. */
const SPARE = 50 // ms
/** The time of a stop is converted between two clocks, and may be refined when the control thread takes the stop. */
const SAME_WITHIN = 500 // ms

interface Open {
  id: string
  cause: StopCause
  atNs: number
  timer: NodeJS.Timeout | null
  user: string | null
}

/** What the record is about and where its numbers come from. */
export interface WatchedArm {
  driver: ArmDriver
  state: RobotState
  user: string | null
}

/**
 * Makes one incident record of each latched stop, of each reflex while the arm stood idle, and of each link that fell
 * silent. A first form with the two seconds before is on disk at once; a second later the complete one replaces it.
 */
export class IncidentRecorder {
  readonly #store: IncidentStore
  readonly #load: HostLoadWatch
  readonly #onProblem: (message: string) => void
  #open: Open | null = null
  #last: { code: string; at: number } | null = null

  constructor(store: IncidentStore, load: HostLoadWatch, onProblem: (message: string) => void) {
    this.#store = store
    this.#load = load
    this.#onProblem = onProblem
  }

  /** Looks at each new state of a connected arm. */
  follow(before: RobotState, raw: NativeArmState, watched: WatchedArm): void {
    const cause = watched.state.stop?.latched ? watched.state.stop : abortCause(before, watched.state)
    if (cause === null) {
      if (watched.state.stop === null) this.#last = null
      return
    }
    const isSame = this.#last?.code === cause.code && Math.abs(this.#last.at - cause.at) < SAME_WITHIN
    const atNs = raw.stop?.latched ? raw.stop.atNs : 0
    if (!isSame) this.#begin(cause, atNs, watched)
    else if (this.#open?.cause.code === cause.code) refine(this.#open, cause, atNs)
  }

  /** Writes what is there of an open record; before the arm is let go. */
  finish(watched: WatchedArm): void {
    if (this.#open === null) return
    if (this.#open.timer !== null) clearTimeout(this.#open.timer)
    this.#complete(this.#open, watched, false)
  }

  #begin(cause: StopCause, atNs: number, watched: WatchedArm): void {
    this.finish(watched)
    this.#last = { code: cause.code, at: cause.at }
    const id = `${new Date(cause.at).toISOString().replace(/[:.]/g, '-')}-${cause.code}`
    const zeroNs = atNs > 0 ? atNs : Number(process.hrtime.bigint())
    const open: Open = { id, cause, atNs: zeroNs, user: watched.user, timer: null }
    const left = Math.max(0, cause.at + AFTER - Date.now()) + SPARE
    open.timer = setTimeout(() => this.#complete(open, watched, true), left)
    this.#open = open
    this.#write(open, watched, false)
  }

  #complete(open: Open, watched: WatchedArm, whole: boolean): void {
    this.#open = null
    this.#write(open, watched, whole)
  }

  #write(open: Open, { driver, state }: WatchedArm, complete: boolean): void {
    const cycles = driver.recordedCycles(open.atNs, BEFORE, AFTER)
    if (cycles === null) return
    const raw = driver.state()
    const limits = driver.limits()
    const head: IncidentHead = {
      format: 1,
      cause: open.cause,
      errors: [...new Set([...state.errors, ...raw.errors, ...flagsIn(open.cause.message)])],
      robot: {
        address: state.address === null ? '' : `${state.address.host}:${state.address.port}`,
        simulated: state.simulated,
        protocol: state.protocol,
        toolMass: state.toolMass,
      },
      user: open.user,
      limits: { ...limits },
      limitsHash: limitsHash(state.protocol, limits),
      host: hostLines(),
      link: linkFacts(raw),
      load: this.#load.around(open.atNs, BEFORE, AFTER),
      complete,
      columns: native.cycleColumns(),
      samples: cycles.samples,
    }
    this.#store.write(open.id, head, cycles.values).catch((error: unknown) => {
      this.#onProblem(`The incident record could not be written: ${problemOf(error).message}`)
    })
  }
}

/** A stop is known before the control thread has taken it: the cycle in which it did is the moment of the stop. */
function refine(open: Open, cause: StopCause, atNs: number): void {
  open.cause = { ...cause, at: open.cause.at }
  if (atNs > 0) open.atNs = atNs
}

/** Raw names of the robot's flags that the words of a cause carry. */
function flagsIn(message: string): string[] {
  return native
    .errorFlags()
    .map(({ name }) => name)
    .filter((name) => new RegExp(`\\b${name}\\b`).test(message))
}

function linkFacts(raw: NativeArmState): IncidentHead['link'] {
  return {
    received: raw.received,
    lost: raw.lost,
    received10s: raw.received10s,
    lost10s: raw.lost10s,
    successRate: raw.successRate < 0 ? null : raw.successRate,
    roundTripMs: raw.roundTripMeanMs < 0 ? null : { mean: raw.roundTripMeanMs, worst: raw.roundTripWorstMs },
    cycleWorstUs: raw.cycleWorstUs,
    clockDrift: raw.clockDrift,
    realTimeScheduling: raw.realTimeScheduling,
  }
}
