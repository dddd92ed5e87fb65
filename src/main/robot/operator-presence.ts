import { refusal } from '../../contract/problem.ts'

const FRESH = 1000 // ms: the window sends a sign of life every 100 ms
const ALONE_AFTER = 2000 // ms without one

/** Whether a window, and so a person, watches the arm. */
export class OperatorPresence {
  #beatAt = -Infinity

  beat(): void {
    this.#beatAt = performance.now()
  }

  /** Nobody has watched for so long that an armed arm must not be found armed by the next person. */
  get isAlone(): boolean {
    return performance.now() - this.#beatAt > ALONE_AFTER
  }

  /** Refuses with `operator-silent` unless a window has shown itself alive within the last second. */
  require(): void {
    if (performance.now() - this.#beatAt <= FRESH) return
    throw refusal(
      'operator-silent',
      'No window watches the arm. The arm does not move.',
      'Keep the window of Forager open and try again.',
    )
  }
}
