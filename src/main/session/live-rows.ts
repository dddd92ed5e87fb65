import { HISTOGRAM_BINS, normalisedEntropy } from '../../contract/histogram.ts'
import { ThinnedCurve } from '../platform/thinned-curve.ts'
import type { StepRow } from '../world/step-row.ts'
import type { WorldSpec } from '../world/world.ts'
import type { LiveRows } from './session-order.ts'

/** A tool-tip point is drawn when it is this far from the last drawn one, m. */
const POINT_SPACING_M = 0.02
/** Most points of the coverage curve. */
const CURVE_POINTS = 400
/** Rows that one message can hold; more than full speed makes in a tenth of a second. */
const MOST_ROWS = 4096

/** Gathers what the window draws of the running episode between two messages. */
export class LiveCollector {
  private readonly spec: WorldSpec
  private readonly size: number
  private readonly asked: Float32Array
  private readonly sent: Float32Array
  private readonly flags = new Uint32Array(MOST_ROWS)
  private readonly stepTimes = new Float32Array(MOST_ROWS)
  private readonly visited = new Float32Array(3 * MOST_ROWS)
  private readonly lastPoint = new Float32Array(3).fill(Infinity)
  private readonly histogram: Uint32Array
  private readonly curve = new ThinnedCurve<[number, number, number]>(CURVE_POINTS)
  private episode = 0
  private fromStep = 0
  private rows = 0
  private points = 0

  constructor(spec: WorldSpec) {
    this.spec = spec
    this.size = spec.action.length
    this.asked = new Float32Array(MOST_ROWS * this.size)
    this.sent = new Float32Array(MOST_ROWS * this.size)
    this.histogram = new Uint32Array((spec.jointRange?.min.length ?? 0) * HISTOGRAM_BINS)
  }

  beginEpisode(episode: number): void {
    this.episode = episode
    this.fromStep = 0
    this.rows = 0
  }

  step(row: StepRow, stepTimeMs: number): void {
    this.count(row.observation)
    if (this.rows >= MOST_ROWS) return
    this.asked.set(row.action, this.rows * this.size)
    this.sent.set(row.sent, this.rows * this.size)
    this.flags[this.rows] = row.info[0]!
    this.stepTimes[this.rows] = stepTimeMs
    this.rows += 1
    this.visit(row.tooltip)
  }

  private visit(point: Float32Array): void {
    const [x, y, z] = this.lastPoint
    if (Math.hypot(point[0]! - x!, point[1]! - y!, point[2]! - z!) < POINT_SPACING_M) return
    if (this.points >= MOST_ROWS) return
    this.visited.set(point, 3 * this.points)
    this.points += 1
    this.lastPoint.set(point)
  }

  /** The first values of the observation are the joint angles wherever a world has joints. */
  private count(observation: Float32Array): void {
    const range = this.spec.jointRange
    if (!range) return
    for (let joint = 0; joint < range.min.length; joint++) {
      const low = range.min[joint]!
      const bin = Math.floor(((observation[joint]! - low) / (range.max[joint]! - low)) * HISTOGRAM_BINS)
      this.histogram[joint * HISTOGRAM_BINS + Math.min(Math.max(bin, 0), HISTOGRAM_BINS - 1)]! += 1
    }
  }

  /** After an episode: how much of the box is reached, and how evenly the joints have been over their ranges. */
  curvePoint(transitions: number, fraction: number): void {
    this.curve.add([transitions, fraction, this.angleEntropy()])
  }

  /** Mean over the joints; 0 in a world without. Some 350 logarithms, once an episode. */
  private angleEntropy(): number {
    const joints = this.histogram.length / HISTOGRAM_BINS
    let sum = 0
    for (let joint = 0; joint < joints; joint++)
      sum += normalisedEntropy(this.histogram.subarray(joint * HISTOGRAM_BINS, (joint + 1) * HISTOGRAM_BINS))
    return joints === 0 ? 0 : sum / joints
  }

  /** What was gathered since the last call; the arrays are the receiver's. */
  take(row: StepRow): LiveRows {
    const rows: LiveRows = {
      episode: this.episode,
      fromStep: this.fromStep,
      asked: this.asked.slice(0, this.rows * this.size),
      sent: this.sent.slice(0, this.rows * this.size),
      flags: this.flags.slice(0, this.rows),
      stepTimes: this.stepTimes.slice(0, this.rows),
      visited: this.visited.slice(0, 3 * this.points),
      q: row.observation.slice(0, this.size),
      tooltip: row.tooltip.slice(),
      histogram: this.histogram.slice(),
      coverageCurve: this.curve.points(),
    }
    this.fromStep += this.rows
    this.rows = 0
    this.points = 0
    return rows
  }
}
