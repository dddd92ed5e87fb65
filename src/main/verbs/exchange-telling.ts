import type { ExchangeProgress } from '../../contract/exchange.ts'
import { durationText } from './duration-text.ts'
import type { VerbInput } from './verb.ts'

const SAY_EVERY_MS = 1000

/** Tells a person at the terminal how far an export or import is, now and then. */
export function exchangeTelling(input: VerbInput): (progress: ExchangeProgress) => void {
  let saidAt = performance.now()
  return ({ done, of, etaS }) => {
    if (performance.now() - saidAt < SAY_EVERY_MS) return
    saidAt = performance.now()
    const left = etaS === null ? '' : `, ${durationText(etaS)} left`
    input.progress(`${done}${of === null ? '' : ` of ${of}`} transitions${left}`)
  }
}
