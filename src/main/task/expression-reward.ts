import { compileExpression, signalsUsed } from './compile-expression.ts'
import type { Compiled } from './compile-expression.ts'
import { parseExpression } from './parse-expression.ts'
import type { SignalPlace } from './task-signals.ts'

/** Arrays that hold one step or a whole episode; S, A = sizes of observation and action. */
export interface RewardedArrays {
  /** [.., S] */
  observations: ArrayLike<number>
  /** [.., A] action units */
  policyActions: ArrayLike<number>
  /** [.., A] action units */
  sentActions: ArrayLike<number>
  /** [.., 3] m, base frame */
  tooltip: ArrayLike<number>
  /** [..] the world's own */
  rewards: ArrayLike<number>
}

interface Used {
  place: SignalPlace
  slot: number
}

export interface RewardShape {
  observationSize: number
  actionSize: number
  stepPeriodS: number
}

/**
 * A reward that a person wrote down as an expression, for data that were recorded before it was thought of. The reward of
 * a step is for the state that the step led to and the action that led there.
 */
export class ExpressionReward {
  readonly #used: readonly Used[]
  readonly #frame: Float64Array
  readonly #compiled: Compiled
  readonly #shape: RewardShape

  /** Refuses with `expression-unreadable` where the text is none, or uses a signal that is not among `signals`. */
  constructor(expression: string, signals: readonly SignalPlace[], shape: RewardShape) {
    const places = new Map(signals.map((place) => [place.name, place]))
    const term = parseExpression(expression, new Set(places.keys()))
    this.#used = signalsUsed(term).map((name, slot) => ({ place: places.get(name)!, slot }))
    this.#frame = new Float64Array(this.#used.length)
    const slots = new Map(this.#used.map(({ place, slot }) => [place.name, slot]))
    this.#compiled = compileExpression(term, this.#frame, (name) => slots.get(name)!)
    this.#shape = shape
  }

  /**
   * Reward of one step. `state`: row of the arrays with a row before the first step that holds the state it led to;
   * `action`: row of the others; `step`: from 0, for the time. Not a finite number where the expression has none.
   */
  at(arrays: RewardedArrays, state: number, action: number, step: number): number {
    const { observationSize: S, actionSize: A, stepPeriodS } = this.#shape
    for (const { place, slot } of this.#used) {
      const { source, column } = place
      let value: number | undefined
      if (source === 'observation') value = arrays.observations[state * S + column]
      else if (source === 'tooltip') value = arrays.tooltip[state * 3 + column]
      // The learner sees actions clipped to what can be asked for, and so does its reward.
      else if (source === 'asked') value = Math.min(1, Math.max(-1, arrays.policyActions[action * A + column] ?? NaN))
      else if (source === 'sent') value = arrays.sentActions[action * A + column]
      else if (source === 'reward') value = arrays.rewards[action]
      else value = (step + 1) * stepPeriodS
      this.#frame[slot] = value ?? NaN
    }
    return this.#compiled()
  }

  /** Rewards of an episode of `steps` steps; its arrays are [T + 1, ..] and [T, ..] as recorded. */
  rewards(episode: RewardedArrays, steps: number): Float32Array {
    const rewards = new Float32Array(steps)
    for (let t = 0; t < steps; t++) rewards[t] = this.at(episode, t + 1, t, t)
    return rewards
  }
}
