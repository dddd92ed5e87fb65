import type { StepPart } from '../../contract/session.ts'

/** Steps over which the 99th percentile is taken. */
const STEPS = 1000

/** What the loop does by itself between two ticks, in its order. */
const STEP_PARTS: readonly StepPart['part'][] = ['policy', 'record', 'learn']

/** How long each part of a step takes, in the newest steps. Counting costs no allocation. */
export class PartTimes {
  private readonly times = STEP_PARTS.map(() => new Float32Array(STEPS))
  private readonly counts = new Int32Array(STEP_PARTS.length)
  private startedAt = 0

  /** A part begins now. */
  start(): void {
    this.startedAt = performance.now()
  }

  /** Part number `part` of STEP_PARTS ends now. */
  end(part: number): void {
    this.times[part]![this.counts[part]! % STEPS] = performance.now() - this.startedAt
    this.counts[part]! += 1
  }

  /** Empty before the first step. */
  read(): StepPart[] {
    return STEP_PARTS.flatMap((part, i) => {
      const n = Math.min(this.counts[i]!, STEPS)
      return n === 0 ? [] : [{ part, p99Ms: percentile99(this.times[i]!, n) }]
    })
  }
}

/** The value that 99 % of the first `n` do not exceed. */
export function percentile99(values: Float32Array, n: number): number {
  return values.slice(0, n).sort()[Math.ceil(0.99 * n) - 1]!
}
