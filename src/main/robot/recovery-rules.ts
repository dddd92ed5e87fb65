import type { StopCause } from '../../contract/robot.ts'
import type { Unattended } from '../../contract/unattended.ts'
import { native } from '../platform/native.ts'

const HOUR = 3_600_000 // ms
/** The same cause so often within the hour has a reason that somebody must find. */
const SAME_CAUSE = 3

/** Whether a run may go on by itself after a stop, and why not. */
export type RecoveryVerdict = { goOn: true; count: number } | { goOn: false; why: string }

/** Counts the stops of the last hour, and judges each new one by what a person has allowed. */
export class RecoveryRules {
  #stops: { code: string; at: number }[] = []
  #recoveries: number[] = []

  /** `now` in ms, rising; the verdict "go on" counts as one recovery. */
  judge(stop: Pick<StopCause, 'code' | 'message'>, allowed: Unattended, now: number): RecoveryVerdict {
    this.#stops = this.#stops.filter(({ at }) => now - at < HOUR)
    this.#recoveries = this.#recoveries.filter((at) => now - at < HOUR)
    this.#stops.push({ code: stop.code, at: now })
    const why = this.#reasonToAsk(stop, allowed)
    if (why !== null) return { goOn: false, why }
    this.#recoveries.push(now)
    return { goOn: true, count: this.#recoveries.length }
  }

  #reasonToAsk({ code, message }: Pick<StopCause, 'code' | 'message'>, allowed: Unattended): string | null {
    if (!(allowed.causes as readonly string[]).includes(code)) return 'this cause always asks a person'
    if (!onlyLostCommands(code, message)) return 'the arm may touch something'
    if (this.#stops.filter((each) => each.code === code).length >= SAME_CAUSE)
      return `the same cause came ${SAME_CAUSE} times within an hour`
    if (this.#recoveries.length >= allowed.perHour)
      return `${allowed.perHour} recoveries within an hour are what was allowed`
    return null
  }
}

/** True when each of the robot's flags that the words name may be recovered at once. A reflex that names none may be of contact. */
function onlyLostCommands(code: string, message: string): boolean {
  const named = native.errorFlags().filter(({ name }) => new RegExp(`\\b${name}\\b`).test(message))
  if (code === 'reflex' && named.length === 0) return false
  return named.every(({ recovery }) => recovery === 'at-once')
}
