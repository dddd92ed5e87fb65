import { DoubleNetwork } from './double-network.ts'
import { RandomStream } from './random-stream.ts'

export interface Transition {
  s: number[]
  a: number[]
  r: number
  next: number[]
  terminal: boolean
  end: boolean
}

export interface DoubleTd3Settings {
  batch: number
  hidden1: number
  hidden2: number
  learningRate: number
  discount: number
  targetRate: number
  smoothing: number
  smoothingClip: number
  policyDelay: number
  lateStart: boolean
  separateBatches: boolean
  withoutReplacement: boolean
  sharedNoise: boolean
  onlineTargetActor: boolean
  endsTerminal: boolean
  /** Alpha of TD3+BC; 0 for TD3. */
  valueWeight: number
}

const clip = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

/** TD3 in double precision from its equations: the oracle the native learner is compared with. */
export class DoubleTd3 {
  readonly actor: DoubleNetwork
  readonly targetActor: DoubleNetwork
  readonly critics: DoubleNetwork[]
  readonly targetCritics: DoubleNetwork[]
  readonly #settings: DoubleTd3Settings
  readonly #data: Transition[]
  readonly #sampling: RandomStream
  readonly #noise: RandomStream
  #updates = 0

  constructor(settings: DoubleTd3Settings, data: Transition[], seed: number) {
    const states = data[0]?.s.length as number
    const actions = data[0]?.a.length as number
    const { hidden1, hidden2 } = settings
    this.#settings = settings
    this.#data = data
    const weights = new RandomStream(seed, 'weights')
    this.actor = new DoubleNetwork([states, hidden1, hidden2, actions], 'tanh')
    this.critics = [1, 2].map(() => new DoubleNetwork([states + actions, hidden1, hidden2, 1], 'linear'))
    for (const network of [this.actor, ...this.critics]) network.initialize(weights)
    this.targetActor = this.actor.copyOf()
    this.targetCritics = this.critics.map((critic) => critic.copyOf())
    this.#sampling = new RandomStream(seed, 'batch')
    this.#noise = new RandomStream(seed, 'smoothing')
  }

  update(): void {
    const s = this.#settings
    let batch: Transition[] = []
    let targets: number[] = []
    this.critics.forEach((critic, k) => {
      if (k === 0 || s.separateBatches) {
        batch = this.#sample()
        targets = this.#targets(batch)
      }
      criticGradient(critic, batch, targets)
    })
    for (const critic of this.critics) critic.adam(s.learningRate)
    const due = s.lateStart ? s.policyDelay - 1 : 0
    if (this.#updates++ % s.policyDelay !== due) return
    if (s.separateBatches) batch = this.#sample()
    actorGradient(this.actor, this.critics[0] as DoubleNetwork, batch, s.valueWeight)
    this.actor.adam(s.learningRate)
    this.targetActor.average(this.actor, s.targetRate)
    this.targetCritics.forEach((target, k) => target.average(this.critics[k] as DoubleNetwork, s.targetRate))
  }

  #sample(): Transition[] {
    const drawn: number[] = []
    while (drawn.length < this.#settings.batch) {
      const index = this.#sampling.below(this.#data.length)
      if (!this.#settings.withoutReplacement || !drawn.includes(index)) drawn.push(index)
    }
    return drawn.map((index) => this.#data[index] as Transition)
  }

  #targets(batch: Transition[]): number[] {
    const s = this.#settings
    const actions = batch[0]?.a.length as number
    const noise = this.#noise.normals(s.sharedNoise ? actions : batch.length * actions)
    return batch.map((t, row) => {
      const mean = (s.onlineTargetActor ? this.actor : this.targetActor).out(t.next)
      const smoothed = mean.map((value, c) => {
        const e = noise[(s.sharedNoise ? 0 : row * actions) + c] as number
        return clip(value + clip(s.smoothing * e, -s.smoothingClip, s.smoothingClip), -1, 1)
      })
      const values = this.targetCritics.map((critic) => critic.out([...t.next, ...smoothed])[0] as number)
      const stop = s.endsTerminal ? t.end : t.terminal
      return t.r + s.discount * (stop ? 0 : 1) * Math.min(...values)
    })
  }
}

/** Gradient of mean (Q(s, a) - y)^2. */
export function criticGradient(critic: DoubleNetwork, batch: Transition[], targets: number[]): void {
  batch.forEach((t, row) => {
    const values = critic.forward([...t.s, ...t.a])
    const error = (values.at(-1)?.[0] as number) - (targets[row] as number)
    critic.backward(values, [(2 * error) / batch.length])
  })
}

export function criticLoss(critic: DoubleNetwork, batch: Transition[], targets: number[]): number {
  const errors = batch.map((t, row) => (critic.out([...t.s, ...t.a])[0] as number) - (targets[row] as number))
  return errors.reduce((sum, e) => sum + e * e, 0) / batch.length
}

/** Weight of the value in the actor's loss: 1, or alpha over mean |Q(s, pi(s))|, which no gradient flows through. */
export function valueScale(actor: DoubleNetwork, critic: DoubleNetwork, batch: Transition[], alpha: number): number {
  const sizes = batch.map((t) => Math.abs(critic.out([...t.s, ...actor.out(t.s)])[0] as number))
  return alpha > 0 ? (alpha * batch.length) / sizes.reduce((sum, q) => sum + q, 0) : 1
}

/** Gradient of the actor's loss: -mean Q(s, pi(s)), and with alpha > 0 its scale and the mean of (pi(s) - a)^2. */
export function actorGradient(actor: DoubleNetwork, critic: DoubleNetwork, batch: Transition[], alpha: number): void {
  const scale = valueScale(actor, critic, batch, alpha)
  for (const t of batch) {
    const values = actor.forward(t.s)
    const action = values.at(-1) as number[]
    const dInput = critic.backward(critic.forward([...t.s, ...action]), [-scale / batch.length])
    const count = batch.length * action.length
    const imitation = action.map((value, c) => (alpha > 0 ? (2 * (value - (t.a[c] as number))) / count : 0))
    actor.backward(
      values,
      imitation.map((d, c) => d + (dInput[t.s.length + c] as number)),
    )
  }
  critic.zero()
}

export function actorLoss(
  actor: DoubleNetwork,
  critic: DoubleNetwork,
  batch: Transition[],
  alpha: number,
  scale: number,
): number {
  return batch.reduce((sum, t) => {
    const action = actor.out(t.s)
    const value = critic.out([...t.s, ...action])[0] as number
    const errors = action.map((a, c) => (a - (t.a[c] as number)) ** 2)
    const imitation = alpha > 0 ? errors.reduce((total, e) => total + e, 0) / action.length : 0
    return sum + (imitation - scale * value) / batch.length
  }, 0)
}
