import type { ArmModel } from '../../../src/main/platform/native-arm-model.ts'
import { boxDistance, floorDistance, jointDistance, selfDistance } from './reference-arm.ts'

const PERIOD = 0.05

/** Worst values over a whole run; compared once, because millions of single expectations take minutes. */
export class WorstCase {
  joint = Infinity
  box = Infinity
  floor = Infinity
  self = Infinity
  speed = 0
  /** Largest share of the allowed acceleration. */
  acceleration = 0
  sent = 0
  private readonly model: ArmModel

  constructor(model: ArmModel) {
    this.model = model
  }

  pose(q: ArrayLike<number>): void {
    this.joint = Math.min(this.joint, jointDistance(this.model, q))
    this.box = Math.min(this.box, boxDistance(this.model, q))
    this.floor = Math.min(this.floor, floorDistance(this.model, q))
    this.self = Math.min(this.self, selfDistance(this.model, q))
  }

  step(before: Float32Array, after: Float32Array, sent: Float32Array): void {
    const { limits, supervisor } = this.model
    for (let i = 0; i < 7; i++) {
      this.speed = Math.max(this.speed, Math.abs((after[i] ?? NaN) - (before[i] ?? NaN)) / PERIOD)
      const change = Math.abs((after[7 + i] ?? NaN) - (before[7 + i] ?? NaN)) / PERIOD
      const allowed = Math.min(supervisor.acceleration, 0.5 * (limits.acceleration[i] ?? NaN))
      this.acceleration = Math.max(this.acceleration, change / allowed)
      this.sent = Math.max(this.sent, Math.abs(sent[i] ?? NaN))
    }
  }
}
