import { StepFlag } from '../../../contract/dataset.ts'
import type { CheckFigures, RunSheet } from '../../../contract/dataset.ts'
import { HOLE_PERIODS } from './check-episode.ts'
import { idleSteps, trackingSquares } from './check-joints.ts'
import type { TrainingEpisode } from '../dataset-reader.ts'
import type { Finding } from './finding.ts'
import { RECORDER } from './finding.ts'
import type { JointColumns } from './joint-columns.ts'

/** Durations are counted in hundredths of a period up to ten periods; the last one takes the rest. */
const DURATION_BINS = 1001
/** Steps of which one in a hundred may take longer than so many periods. */
const LATE_PERIODS = 1.2
/** Fewer steps say nothing about a whole run. */
const FEWEST_STEPS = 100
/** A larger share of steps makes a note. */
const LARGE_SHARE = 0.5
/** Sent actions from here on are at their bound. */
const AT_BOUND = 0.999

/** What a whole dataset says about its run, gathered episode by episode in memory that does not grow. */
export class DatasetAudit {
  private readonly sheet: RunSheet
  private readonly joints: JointColumns
  private transitions = 0
  private idle = 0
  private clipped = 0
  private slowed = 0
  private late = 0
  private atBound = 0
  private sent = 0
  private holes = 0
  private readonly durations = new Float64Array(DURATION_BINS)
  private longest = { ns: 0n, episode: 0, step: 0 }
  private tracking = { sum: 0, count: 0 }
  private readonly least: Float64Array
  private readonly most: Float64Array

  constructor(sheet: RunSheet, joints: JointColumns) {
    this.sheet = sheet
    this.joints = joints
    this.least = new Float64Array(sheet.observation.length).fill(Infinity)
    this.most = new Float64Array(sheet.observation.length).fill(-Infinity)
  }

  add(episode: TrainingEpisode, from: number): void {
    const { sheet, joints } = this
    this.transitions += episode.steps
    this.idle += idleSteps(episode, sheet, joints)
    const { sum, count } = trackingSquares(episode, sheet, joints)
    this.tracking.sum += sum
    this.tracking.count += count
    this.addFlags(episode.flags)
    this.addSent(episode.sentActions)
    this.addDurations(episode, from)
    this.addRange(episode.observations)
  }

  private addFlags(flags: Uint32Array): void {
    for (const flag of flags) {
      if (flag & StepFlag.clipped) this.clipped += 1
      if (flag & StepFlag.slowed) this.slowed += 1
      if (flag & StepFlag.late) this.late += 1
    }
  }

  private addSent(actions: Float32Array): void {
    for (const action of actions) if (Math.abs(action) >= AT_BOUND) this.atBound += 1
    this.sent += actions.length
  }

  private addDurations({ tickTimes, steps, episode }: TrainingEpisode, from: number): void {
    const period = this.sheet.stepPeriodS * 1e9
    for (let t = 0; t < steps; t++) {
      const ns = tickTimes[t + 1]! - tickTimes[t]!
      const periods = Number(ns) / period
      this.durations[Math.min(DURATION_BINS - 1, Math.max(0, Math.ceil(100 * periods - 1e-6)))]! += 1
      if (periods > HOLE_PERIODS) this.holes += 1
      if (ns > this.longest.ns) this.longest = { ns, episode, step: from + t + 1 }
    }
  }

  private addRange(observations: Float32Array): void {
    const { least, most } = this
    const size = least.length
    for (let i = 0; i < observations.length; i++) {
      const [column, value] = [i % size, observations[i]!]
      if (value < least[column]!) least[column] = value
      if (value > most[column]!) most[column] = value
    }
  }

  figures(): CheckFigures {
    const share = (count: number, of = this.transitions): number => (of === 0 ? 0 : count / of)
    const { sum, count } = this.tracking
    return {
      transitions: this.transitions,
      idle: this.joints.speeds.length === 0 ? null : share(this.idle),
      clipped: share(this.clipped),
      slowed: share(this.slowed),
      late: share(this.late),
      saturated: share(this.atBound, this.sent),
      stepP99Ms: this.stepP99Ms(),
      longestStepMs: Number(this.longest.ns) / 1e6,
      holes: this.holes,
      trackingRms: count === 0 ? null : Math.sqrt(sum / count),
    }
  }

  private stepP99Ms(): number {
    let left = Math.ceil(0.99 * this.transitions)
    const bin = this.durations.findIndex((count) => (left -= count) <= 0)
    return Math.max(0, bin) * 10 * this.sheet.stepPeriodS
  }

  /** What is remarkable about the run as a whole. */
  findings(): Finding[] {
    if (this.transitions < FEWEST_STEPS) return []
    return [...this.lateSteps(), ...this.constantSignals(), ...this.largeShares()]
  }

  private lateSteps(): Finding[] {
    const { stepP99Ms, longestStepMs } = this.figures()
    const period = 1000 * this.sheet.stepPeriodS
    if (stepP99Ms <= LATE_PERIODS * period) return []
    const { episode, step } = this.longest
    const text = `One step in a hundred took more than ${Math.round(stepP99Ms)} ms; it should take ${period} ms. The longest was step ${step} of episode ${episode} with ${Math.round(longestStepMs)} ms.`
    const tip = 'Close what else runs on this computer; before the next run read the timing on the Robot screen.'
    return [{ code: 'late-steps', step: null, text, tip }]
  }

  private constantSignals(): Finding[] {
    const constant = this.sheet.observation.filter((_, column) => this.least[column] === this.most[column])
    if (constant.length === 0) return []
    const names = constant.map(({ name }) => name).join(', ')
    const text = `${names} ${constant.length === 1 ? 'has' : 'have'} one and the same value in all ${this.transitions} steps.`
    return [{ code: 'constant', step: null, text, tip: RECORDER }]
  }

  private largeShares(): Finding[] {
    const { idle, clipped, slowed, saturated } = this.figures()
    const shares = [
      ['idle-run', idle ?? 0, 'of all steps the arm stands still', 'Look at the longest episodes first.'],
      [
        'clipped-run',
        clipped,
        'of all steps ask for more than the clip',
        'Training takes what was asked for unless told otherwise.',
      ],
      [
        'slowed-run',
        slowed,
        'of all steps were slowed by the supervisor',
        'See which limit is near, or start from another pose.',
      ],
      ['saturated', saturated, 'of all sent actions are at their bound', 'Ask the explorer for smaller actions.'],
    ] as const
    return shares
      .filter(([, share]) => share > LARGE_SHARE)
      .map(([code, share, what, tip]) => ({ code, step: null, text: `${Math.round(100 * share)} % ${what}.`, tip }))
  }
}
