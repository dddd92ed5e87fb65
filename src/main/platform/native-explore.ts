/** Explorers, as the addon hands them over; see native.ts. */
import type { PolicyLayer } from './native-policy.ts'

/** How a transition ended its episode: not, by a true end of the decision process, or by anything else. */
export const StepEnd = { none: 0, terminal: 1, cut: 2 } as const

export type StepEnd = (typeof StepEnd)[keyof typeof StepEnd]

/** What a learning explorer says of itself; all zero and empty for one that does not learn. */
export interface ExplorerLearning {
  updates: number
  /** Updates that are due and not made yet: in real time there may be some. */
  behind: number
  /** By name, of the newest update; NaN where it computed none. */
  losses: Record<string, number>
}

/** An episode of an earlier run of the same explorer, as it was stored. */
export interface PastEpisode {
  episode: number
  steps: number
  observations: Float32Array // [steps + 1, S]
  actions: Float32Array // [steps, A], as the explorer chose them
  /** Its last transition was a true end. */
  terminal: boolean
}

/** Chooses actions and may learn from what happens. It is never told a reward of the world. */
export interface Explorer {
  /** Policy of the episode with this number; from (seed, episode) alone for explorers that do not learn. */
  beginEpisode(episode: number): void
  act(observation: Float32Array, action: Float32Array): void
  /** What came of the newest act(). An act() without it has not happened. */
  observe(nextObservation: Float32Array, end: StepEnd): void
  /** Makes the updates that are due; in real time returns at once. */
  learn(): void
  learning(): ExplorerLearning
  /** `learning().behind` without an allocation. */
  behind(): number
  /** Every network of the agent and its model by name; waits for the running update. */
  networks(): Record<string, PolicyLayer[]>
  /** Of everything that learns, from the newest update, in the same form. Only with `keepGradients`. */
  gradients(): Record<string, PolicyLayer[]>
  /** Skill of the running episode; null for explorers without any. */
  skill(): number | null
  /** Makes room for so many transitions in all, so that later calls allocate nothing. */
  reserve(transitions: number): void
  /** Floating-point operations of the products in one update; 0 for explorers that do not learn. */
  readonly operationsPerUpdate: number
  /** To continue a dataset: first every stored episode in order, then the newest state, if there is one. */
  recall(episode: PastEpisode): void
  /**
   * Between episodes: everything needed to continue exactly, but for what recall() brings back. Waits for the running
   * update.
   */
  saveState(): Uint8Array
  restoreState(state: Uint8Array): void
  /** Ends its threads and frees its memory. */
  close(): void
}
