import { ProblemError } from '../../contract/problem.ts'
import type { CheckReport, RunSheet } from '../../contract/dataset.ts'
import type { DatasetReader, TrainingEpisode } from './dataset-reader.ts'
import { keptRanges } from './kept-episodes.ts'
import { keptPart, wholeRange } from './kept-range.ts'

type CheckProblem = CheckReport['problems'][number]

/** Findings that say how the run went, not that its data are wrong: a late tick is a fact, not an error. */
const NOTES: ReadonlySet<string> = new Set(['gap', 'idle'])
/** A step slower than this many periods is a gap. */
const GAP_PERIODS = 3
/** Joint speeds below this are standing still, rad/s. */
const IDLE_SPEED = 1e-3
/** An episode with a larger share of idle steps teaches little. */
const IDLE_SHARE = 0.5

/**
 * Reads every kept episode, or with `all` every recorded one, and reports what does not hold: checksums, counts, values
 * that are not finite, limits, jumps, gaps in time, end reasons. Of a trimmed episode the values of the kept part are
 * looked at. A damaged episode is one line; the others are still checked.
 */
export function checkDataset(reader: DatasetReader, all = false): CheckReport {
  const problems: CheckProblem[] = []
  const lengths = reader.episodeLengths()
  const ranges = all ? lengths.map(wholeRange) : keptRanges(reader)
  for (const range of ranges) {
    try {
      const whole = reader.trainingEpisode(range.episode)
      problems.push(...checkEpisode(whole, keptPart(whole, range, reader.shape), reader.sheet))
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      const { code, message, tip } = error.problem
      problems.push({ code, severity: 'problem', episode: range.episode, message, tip })
    }
  }
  problems.push(...checkTotals(reader))
  return {
    ok: problems.every(({ severity }) => severity === 'note'),
    problems,
    episodes: ranges.length,
    excludedEpisodes: lengths.length - ranges.length,
  }
}

function checkTotals(reader: DatasetReader): CheckProblem[] {
  const { transitions } = reader.totals()
  const { target } = reader.sheet
  // What was left out is recorded again, and may be restored afterwards.
  if (transitions <= target || reader.curationEvents().length > 0) return []
  const message = `The dataset has ${transitions} transitions, more than its target of ${target}.`
  const tip = 'Report this: Forager never records more than the target.'
  return [{ code: 'too-many', severity: 'problem', episode: null, message, tip }]
}

/** `whole`: as recorded. `episode`: what of it is looked at. */
function checkEpisode(whole: TrainingEpisode, episode: TrainingEpisode, sheet: RunSheet): CheckProblem[] {
  const found = [
    notFinite(episode),
    actionRange(episode),
    wrongUnit(episode, sheet),
    jump(episode, sheet),
    clock(episode),
    gap(episode, sheet),
    idle(episode, sheet),
    endReason(whole, sheet),
  ]
  return found
    .filter((problem) => problem !== null)
    .map(({ code, text, tip }) => ({
      code,
      severity: NOTES.has(code) ? 'note' : 'problem',
      episode: episode.episode,
      message: `Episode ${episode.episode}: ${text}`,
      tip,
    }))
}

type Finding = { code: string; text: string; tip: string } | null

const LEAVE_OUT = 'Leave this episode out of training.'

function notFinite(episode: TrainingEpisode): Finding {
  const { observations, policyActions, sentActions, tooltip, rewards, simulatorStates } = episode
  const arrays = { observations, policyActions, sentActions, tooltip, rewards, 'simulator states': simulatorStates }
  for (const [name, values] of Object.entries(arrays)) {
    const at = values.findIndex((value) => !Number.isFinite(value))
    if (at >= 0)
      return { code: 'not-finite', text: `${name} have a value that is not a number, at index ${at}.`, tip: LEAVE_OUT }
  }
  return null
}

/** Asked actions may exceed the clip (they are then flagged as clipped); sent ones may not. */
function actionRange({ sentActions }: TrainingEpisode): Finding {
  // They are means of single-precision commands, hence the tolerance.
  const at = sentActions.findIndex((value) => Math.abs(value) > 1 + 1e-4)
  return at < 0
    ? null
    : { code: 'action-range', text: `a sent action lies outside -1..1, at index ${at}.`, tip: LEAVE_OUT }
}

/** Columns of the observation that are joint angles, in rad. */
function jointColumns(sheet: RunSheet): number[] {
  return sheet.observation.flatMap(({ name, unit }, i) => (/^q\d+$/.test(name) && unit === 'rad' ? [i] : []))
}

function wrongUnit({ observations, steps }: TrainingEpisode, sheet: RunSheet): Finding {
  const size = sheet.observation.length
  for (let t = 0; t <= steps; t++) {
    for (const joint of jointColumns(sheet)) {
      const angle = observations[t * size + joint]!
      if (Math.abs(angle) <= 2 * Math.PI) continue
      const text = `${sheet.observation[joint]!.name} is ${angle.toFixed(2)} rad at step ${t}. It looks like degrees.`
      return { code: 'unit', text, tip: 'Find out which unit the recorder used.' }
    }
  }
  return null
}

function jump({ observations, steps }: TrainingEpisode, sheet: RunSheet): Finding {
  const size = sheet.observation.length
  for (const [joint, column] of jointColumns(sheet).entries()) {
    // Half as much again as the clip allows in one period, and the noise of the sensor.
    const most = 1.5 * (sheet.action[joint]?.scale ?? Infinity) * sheet.stepPeriodS + 0.01
    for (let t = 0; t < steps; t++) {
      const moved = Math.abs(observations[(t + 1) * size + column]! - observations[t * size + column]!)
      if (moved <= most) continue
      const text = `joint ${joint + 1} moves ${moved.toFixed(3)} rad in step ${t + 1}; ${most.toFixed(3)} is possible.`
      return { code: 'jump', text, tip: LEAVE_OUT }
    }
  }
  return null
}

function clock({ tickTimes, steps }: TrainingEpisode): Finding {
  for (let t = 0; t < steps; t++) {
    if (tickTimes[t + 1]! > tickTimes[t]!) continue
    return { code: 'clock', text: `the clock does not advance in step ${t + 1}.`, tip: LEAVE_OUT }
  }
  return null
}

function gap({ tickTimes, steps }: TrainingEpisode, sheet: RunSheet): Finding {
  const most = BigInt(Math.round(GAP_PERIODS * sheet.stepPeriodS * 1e9))
  for (let t = 0; t < steps; t++) {
    const took = tickTimes[t + 1]! - tickTimes[t]!
    if (took <= most) continue
    const ms = Math.round(Number(took) / 1e6)
    return {
      code: 'gap',
      text: `step ${t + 1} took ${ms} ms; it should take ${sheet.stepPeriodS * 1000} ms.`,
      tip: 'The times are stored as they were. Leave the episode out where even steps matter.',
    }
  }
  return null
}

function idle({ observations, steps }: TrainingEpisode, sheet: RunSheet): Finding {
  const size = sheet.observation.length
  const speeds = sheet.observation.flatMap(({ name }, i) => (/^dq\d+$/.test(name) ? [i] : []))
  if (speeds.length === 0) return null
  let still = 0
  for (let t = 1; t <= steps; t++) {
    if (speeds.every((column) => Math.abs(observations[t * size + column]!) < IDLE_SPEED)) still += 1
  }
  if (still <= IDLE_SHARE * steps) return null
  const text = `the arm stands still in ${still} of ${steps} steps.`
  return { code: 'idle', text, tip: 'Look at the episode; leave it out of training when it shows nothing.' }
}

function endReason({ steps, endReason: reason }: TrainingEpisode, sheet: RunSheet): Finding {
  const limit = sheet.stepsPerEpisode
  if (steps > limit) return { code: 'too-long', text: `it has ${steps} steps; the limit is ${limit}.`, tip: LEAVE_OUT }
  // Other programs cut where they like: their sheet only has the longest.
  if (reason !== 'step-limit' || steps === limit || sheet.imported) return null
  const text = `it says that the step limit ended it, after ${steps} of ${limit} steps.`
  return { code: 'end-reason', text, tip: 'Report this: the end reason does not fit the length.' }
}
