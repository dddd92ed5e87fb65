import { ProblemError, problemOf, refusal } from '../../contract/problem.ts'
import type { Problem } from '../../contract/problem.ts'
import type { GripperGrasp, GripperMove, GripperState, RobotAddress } from '../../contract/robot.ts'
import { native } from '../platform/native.ts'
import type { GripperDriver, GripperJobResult, NativeGripperState } from '../platform/native-gripper.ts'

const CONNECT_WITHIN = 2000 // ms
/** States come some tens of times a second. */
const LOST_AFTER_MS = 1000

const MM = 1000

/** Where the Hand's service is: one port after the arm's, 1338 after 1337. */
export const gripperAddress = ({ host, port }: RobotAddress): RobotAddress => ({ host, port: port + 1 })

/**
 * The one owner of the Hand. The Hand has its own service: it comes and goes without the arm, and nothing here is ever
 * waited for by the arm.
 */
export class Gripper {
  readonly #problemOfCommand: (opens: boolean) => Problem | null
  #driver: GripperDriver | null = null
  #link: 'none' | 'connecting' | 'absent' | 'connected' = 'none'
  #words = { message: '', tip: '' }
  #job: { number: number; describe: (result: GripperJobResult) => { message: string; tip: string } } | null = null
  /** When the end of that job was seen. */
  #endedAt: number | null = null
  #attempt: symbol | null = null

  /**
   * `problemOfCommand` is asked before each command, and tells what forbids it; null allows it. `opens`: from where the
   * fingers are the command can only widen the gap.
   */
  constructor(problemOfCommand: (opens: boolean) => Problem | null = () => null) {
    this.#problemOfCommand = problemOfCommand
  }

  /** Looks for the Hand beside an arm; that none is there is a state, not an error. */
  async connect(arm: RobotAddress): Promise<void> {
    await this.close()
    const mine = (this.#attempt = Symbol())
    this.#link = 'connecting'
    try {
      const driver = await native.connectGripper({ ...gripperAddress(arm), timeoutMs: CONNECT_WITHIN })
      if (this.#attempt !== mine) return await driver.close()
      this.#driver = driver
      this.#link = 'connected'
    } catch (error) {
      if (this.#attempt !== mine) return
      const { message, tip } = problemOf(error)
      this.#link = 'absent'
      this.#words = { message, tip }
    }
  }

  state(): GripperState {
    const now = this.#driver?.state()
    if (now !== undefined) this.#follow(now)
    const known = now !== undefined && now.ageMs >= 0
    const lost = now !== undefined && (!now.connected || now.ageMs > LOST_AFTER_MS)
    return {
      link: lost ? 'lost' : this.#link,
      width: known ? now.width : null,
      maxWidth: now?.maxWidth ?? 0,
      homed: (now?.maxWidth ?? 0) > 0 && now?.activity !== 'homing',
      grasped: now?.grasped ?? false,
      temperature: known ? now.temperature : null,
      activity: now?.activity ?? 'none',
      ...(lost ? LOST : this.#words),
    }
  }

  /**
   * Closes and opens the fingers once, which defines their zero. Only after a person has said that hands are clear. Like
   * each command refused with `gripper-absent`, or with what forbids it.
   */
  home(): void {
    this.#begin(this.#allowed(false).request('home'), () => ({ message: 'The Hand is homed.', tip: '' }))
  }

  move(task: GripperMove): void {
    this.#begin(this.#allowed(this.#opens(task)).request('move', task), ({ outcome, width }) =>
      outcome === 'missed'
        ? { message: `Something keeps the fingers at ${mm(width)}.`, tip: 'Look between the fingers.' }
        : { message: `The fingers are at ${mm(width)}.`, tip: '' },
    )
  }

  grasp(task: GripperGrasp): void {
    this.#begin(this.#allowed(false).request('grasp', task), (result) => graspWords(task, result))
  }

  /** Never throws. */
  stop(): void {
    this.#driver?.stop()
  }

  async close(): Promise<void> {
    const driver = this.#driver
    this.#attempt = this.#driver = this.#job = null
    this.#link = 'none'
    this.#words = { message: '', tip: '' }
    await driver?.close()
  }

  /** From an old or unknown width nobody can tell. */
  #opens({ width }: GripperMove): boolean {
    const now = this.#driver?.state()
    return now !== undefined && now.ageMs >= 0 && now.ageMs <= LOST_AFTER_MS && width >= now.width
  }

  #allowed(opens: boolean): GripperDriver {
    const driver = this.#required()
    const problem = this.#problemOfCommand(opens)
    if (problem !== null) throw new ProblemError(problem)
    return driver
  }

  #required(): GripperDriver {
    if (this.#driver !== null) return this.#driver
    const { message, tip } = this.#words
    throw refusal(
      'gripper-absent',
      message || 'No Hand is connected. Nothing was moved.',
      tip || 'Connect an arm with a Hand.',
    )
  }

  #begin(number: number, describe: (result: GripperJobResult) => { message: string; tip: string }): void {
    this.#job = { number, describe }
    this.#endedAt = null
    this.#words = { message: '', tip: '' }
  }

  /** Says how the newest command ended, once. */
  #follow(now: NativeGripperState): void {
    const job = this.#job
    const result = now.results.find((each) => each.job === job?.number)
    if (job === null || result === undefined) return
    this.#endedAt ??= performance.now()
    // A state that is older than the end shows a width of the way.
    if (now.connected && performance.now() - this.#endedAt <= now.ageMs) return
    this.#job = null
    this.#words = failureWords(result) ?? job.describe({ ...result, width: now.width })
  }
}

const LOST = {
  message: 'The Hand does not answer any more. The arm works without it.',
  tip: 'Look at the Hand and the cable, then connect it again.',
}

const mm = (width: number): string => `${(width * MM).toFixed(1)} mm`

/** Words for a command that did not come to its own end; null when it did. */
function failureWords({ outcome }: GripperJobResult): { message: string; tip: string } | null {
  switch (outcome) {
    case 'refused':
      return {
        message: 'The Hand refused the command.',
        tip: 'Home it again; when that does not help, look at the Hand in Desk.',
      }
    case 'aborted':
      return { message: 'The Hand was stopped.', tip: '' }
    case 'replaced':
      return { message: 'A newer command took its place.', tip: '' }
    case 'lost':
      return LOST
    default:
      return null
  }
}

function graspWords(task: GripperGrasp, { outcome, width }: GripperJobResult): { message: string; tip: string } {
  if (outcome === 'done') return { message: `The Hand holds something ${mm(width)} wide.`, tip: '' }
  const expected = `${mm(task.width)}, -${mm(task.epsilonInner)} or +${mm(task.epsilonOuter)}`
  return {
    message: `The fingers closed and opened again: they came to ${mm(width)}, expected was ${expected}.`,
    tip: 'For an object of unknown width give width 0 and a tolerance outwards as wide as the Hand opens.',
  }
}
