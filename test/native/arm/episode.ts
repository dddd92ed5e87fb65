import type { ArmDriver } from '../../../src/main/platform/native-arm.ts'

/** Reproducible numbers in [-1, 1] (mulberry32). */
export function randomStream(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2147483648 - 1
  }
}

/** One arm with the buffers of its calls. */
export class Episode {
  readonly observation = new Float32Array(14)
  readonly tooltip = new Float32Array(3)
  readonly sent = new Float32Array(7)
  readonly tickTime = new BigInt64Array(1)
  readonly info = new Int32Array(2)
  readonly arm: ArmDriver

  constructor(arm: ArmDriver) {
    this.arm = arm
  }

  begin(): void {
    this.arm.beginEpisode(this.observation, this.tooltip, this.tickTime)
  }

  /** Returns the end code. */
  step(action: Float32Array): number {
    this.arm.step(action, this.observation, this.tooltip, this.sent, this.tickTime, this.info)
    return this.info[1] ?? NaN
  }

  home(): void {
    this.arm.beginHome()
    for (let i = 0; this.arm.waitHome(1000) === 'moving'; i++) if (i > 120) throw new Error('not home after 2 minutes')
  }
}

export type ActionMaker = (observation: Float32Array, step: number, action: Float32Array) => void

/** Policies that try to break something: flips, one wall, one joint, random walks, random linear, out of range. */
export function adversary(seed: number): ActionMaker {
  const random = randomStream(seed)
  const kind = seed % 6
  const fixed = Float32Array.from({ length: 7 }, () => Math.sign(random()))
  const weight = Float32Array.from({ length: 98 }, random)
  const hold = 1 + Math.floor(Math.abs(random()) * 30)
  return (observation, step, action) => {
    for (let i = 0; i < 7; i++) {
      const now = fixed[i] ?? 0
      if (kind === 0) action[i] = now
      else if (kind === 1) action[i] = step % hold < hold / 2 ? now : -now
      else if (kind === 2) action[i] = Math.max(-1, Math.min(1, (action[i] ?? 0) + 0.5 * random()))
      else if (kind === 3) action[i] = observation.reduce((sum, x, j) => sum + x * (weight[7 * j + i] ?? 0), 0)
      else if (kind === 4) action[i] = i === seed % 7 ? now : 0.3 * random()
      else if (step % hold === 0) action[i] = 3 * random()
    }
  }
}
