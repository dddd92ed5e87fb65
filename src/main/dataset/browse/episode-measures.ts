import { STEP_FLAG_BITS } from '../../../contract/dataset.ts'
import type { EpisodeMeasures, RunSheet } from '../../../contract/dataset.ts'
import type { EpisodeSignals } from '../episode-data.ts'

type Sheet = Pick<RunSheet, 'observation' | 'action' | 'stepPeriodS'>

/**
 * What can only be said of an episode when its signals are read.
 *
 * Jerk: root mean square, over steps and actions, of the second difference of what was sent, in the unit of the action
 * per s²; of a speed command this is the jerk, rad/s³. Tracking error: root mean square of the observed speed after a step minus
 * the speed that was sent, where the world observes what it is sent. Null where an episode is too short.
 */
export function episodeMeasures(signals: EpisodeSignals, steps: number, sheet: Sheet): EpisodeMeasures {
  return {
    jerk: jerkOf(signals.sentActions, steps, sheet),
    trackingError: trackingErrorOf(signals, steps, sheet),
    interventions: flagCounts(signals.flags),
  }
}

function jerkOf(sent: Float32Array, steps: number, { action, stepPeriodS }: Sheet): number | null {
  const size = action.length
  if (steps < 3) return null
  let squares = 0
  for (let t = 1; t + 1 < steps; t++) {
    for (let a = 0; a < size; a++) {
      const at = t * size + a
      const bend = sent[at + size]! - 2 * sent[at]! + sent[at - size]!
      squares += (bend * action[a]!.scale) ** 2
    }
  }
  return Math.sqrt(squares / ((steps - 2) * size)) / stepPeriodS ** 2
}

/** Column of the observation that shows each action, by name and unit; empty where none does. */
function observedActions({ observation, action }: Sheet): { column: number; action: number }[] {
  return action.flatMap(({ name, unit }, i) => {
    const column = observation.findIndex((each) => each.name === name && each.unit === unit)
    return column < 0 ? [] : [{ column, action: i }]
  })
}

function trackingErrorOf(signals: EpisodeSignals, steps: number, sheet: Sheet): number | null {
  const pairs = observedActions(sheet)
  if (pairs.length === 0 || steps === 0) return null
  const { observations, sentActions } = signals
  const [S, A] = [sheet.observation.length, sheet.action.length]
  let squares = 0
  for (let t = 0; t < steps; t++) {
    for (const { column, action } of pairs) {
      const sent = sentActions[t * A + action]! * sheet.action[action]!.scale
      squares += (observations[(t + 1) * S + column]! - sent) ** 2
    }
  }
  return Math.sqrt(squares / (steps * pairs.length))
}

/** Steps with each bit of the flags, the lowest first. */
function flagCounts(flags: Uint32Array): number[] {
  const counts = new Array<number>(STEP_FLAG_BITS).fill(0)
  for (const flag of flags) for (let bit = 0; bit < STEP_FLAG_BITS; bit++) counts[bit]! += (flag >>> bit) & 1
  return counts
}
