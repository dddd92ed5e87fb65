import { StepFlag } from '../../../contract/dataset.ts'
import type { RunSheet } from '../../../contract/dataset.ts'
import { checkJoints } from './check-joints.ts'
import type { TrainingEpisode } from '../dataset-reader.ts'
import { LEAVE_OUT, RECORDER } from './finding.ts'
import type { Finding, Found } from './finding.ts'
import type { JointColumns } from './joint-columns.ts'

/** A step slower than this many periods is a hole. */
export const HOLE_PERIODS = 3
/** Means of single-precision commands may pass the bound by so much. */
const ROUNDING = 1e-4

/** `whole`: the episode as recorded. `part`: what of it is looked at; its steps begin `from` steps later. */
export function checkEpisode(
  whole: TrainingEpisode,
  part: TrainingEpisode,
  from: number,
  sheet: RunSheet,
  joints: JointColumns,
): Finding[] {
  const found = [
    notFinite(part, sheet),
    actionRange(part),
    clipFlags(part),
    ...checkJoints(part, sheet, joints),
    clock(part),
    hole(part, sheet),
    cut(whole),
    endReason(whole, sheet),
  ]
  return found
    .filter((finding) => finding !== null)
    .map((finding) => (finding.step === null ? finding : { ...finding, step: finding.step + from }))
}

function notFinite(episode: TrainingEpisode, sheet: RunSheet): Found {
  const { observations, policyActions, sentActions, tooltip, rewards, simulatorStates } = episode
  const A = sheet.action.length
  const arrays = [
    ['observation', observations, sheet.observation.length, 0],
    ['policy action', policyActions, A, 1],
    ['sent action', sentActions, A, 1],
    ['tool tip', tooltip, 3, 0],
    ['reward', rewards, 1, 1],
    ['simulator state', simulatorStates, sheet.simulatorState.length, 0],
  ] as const
  for (const [name, values, width, first] of arrays) {
    const at = indexOfNotFinite(values)
    if (at < 0) continue
    const [step, column] = [first + Math.floor(at / width), (at % width) + 1]
    const text = `the ${name} of step ${step} is not a number in column ${column}.`
    return { code: 'not-finite', step, text, tip: LEAVE_OUT }
  }
  return null
}

function indexOfNotFinite(values: Float32Array | Float64Array): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i
  return -1
}

/** Asked actions may exceed the clip (they are then flagged as clipped); sent ones may not. */
function actionRange({ sentActions, steps }: TrainingEpisode): Found {
  const at = sentActions.findIndex((value) => Math.abs(value) > 1 + ROUNDING)
  if (at < 0) return null
  const step = stepOf(at, sentActions.length / steps)
  return { code: 'action-range', step, text: `the sent action of step ${step} lies outside -1..1.`, tip: LEAVE_OUT }
}

const stepOf = (index: number, width: number): number => Math.floor(index / width) + 1

/** An action beyond the clip that is not marked hides that something else was sent. */
function clipFlags({ policyActions, flags, steps }: TrainingEpisode): Found {
  const A = policyActions.length / steps
  for (let i = 0; i < policyActions.length; i++) {
    if (Math.abs(policyActions[i]!) <= 1 + ROUNDING || (flags[Math.floor(i / A)]! & StepFlag.clipped) !== 0) continue
    const step = stepOf(i, A)
    const text = `step ${step} asks for more than the clip and is not marked as clipped.`
    return { code: 'clip-unmarked', step, text, tip: RECORDER }
  }
  return null
}

function clock({ tickTimes, steps }: TrainingEpisode): Found {
  for (let t = 0; t < steps; t++) {
    if (tickTimes[t + 1]! > tickTimes[t]!) continue
    return { code: 'clock', step: t + 1, text: `the clock does not advance in step ${t + 1}.`, tip: LEAVE_OUT }
  }
  return null
}

function hole({ tickTimes, steps }: TrainingEpisode, sheet: RunSheet): Found {
  const most = BigInt(Math.round(HOLE_PERIODS * sheet.stepPeriodS * 1e9))
  for (let t = 0; t < steps; t++) {
    const took = tickTimes[t + 1]! - tickTimes[t]!
    if (took <= most) continue
    const ms = Math.round(Number(took) / 1e6)
    const text = `step ${t + 1} took ${ms} ms; it should take ${sheet.stepPeriodS * 1000} ms.`
    const tip = 'The times are stored as they were. Leave the episode out where even steps matter.'
    return { code: 'gap', step: t + 1, text, tip }
  }
  return null
}

/** An episode that the end of the program cut is whole up to there, and says so. */
function cut({ endReason: reason, steps }: TrainingEpisode): Found {
  if (reason !== 'crash') return null
  const text = `it was cut after step ${steps} when the program ended; its ${steps} committed steps are kept, and it ends with crash.`
  return { code: 'cut', step: steps, text, tip: 'Nothing needs to be done: what is there is whole.' }
}

function endReason({ steps, endReason: reason }: TrainingEpisode, sheet: RunSheet): Found {
  const limit = sheet.stepsPerEpisode
  if (steps > limit) {
    const text = `it has ${steps} steps; the limit is ${limit}.`
    return { code: 'too-long', step: limit + 1, text, tip: LEAVE_OUT }
  }
  // Other programs cut where they like: their sheet only has the longest.
  if (reason !== 'step-limit' || steps === limit || sheet.imported) return null
  const text = `it says that the step limit ended it, after ${steps} of ${limit} steps.`
  return { code: 'end-reason', step: steps, text, tip: 'Report this: the end reason does not fit the length.' }
}
