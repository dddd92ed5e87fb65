/** Replays and trainings, as the addon hands them over; see native.ts. */
import type { ArmModel } from './native-arm-model.ts'
import type { PolicyLayer, PolicyParts } from './native-policy.ts'

/** Transitions of whole episodes for training, outside JavaScript's memory. S observations, A actions. */
export interface Replay {
  /** Transitions. */
  readonly size: number
  /** Bytes of memory held for them. */
  readonly bytes: number
  /** Makes room for exactly so much in all, so that filling the replay never copies it. Allocates nothing else. */
  reserve(transitions: number, episodes: number): void
  /** observations [T + 1, S], actions [T, A], rewards [T]; `terminal`: the last transition is a true end. */
  addEpisode(observations: Float32Array, actions: Float32Array, rewards: Float32Array, terminal: boolean): void
  /** Mini-batches one after another, as a learner of this seed sees them. */
  draw(options: DrawOptions): DrawnBatches
  /** Transitions drawn per second by one thread. Blocks for `seconds`. */
  sampleRate(batch: number, seconds: number): number
}

/** How mini-batches are drawn. */
export interface DrawOptions {
  batch: number
  batches: number
  seed: number
  /** No transition twice in one batch; ignored when there are fewer transitions than a batch takes. */
  withoutReplacement: boolean
  /** Time limits and cuts count as terminals. */
  episodeEndsTerminal: boolean
  /** Observations end with the tool tip, m: gives every transition a goal in its place, and the reward for it. */
  anyGoal?: boolean
}

/** Row-major, all batches in one. */
export interface DrawnBatches {
  observation: Float32Array // [rows, S]
  action: Float32Array // [rows, A]
  reward: Float32Array // [rows]
  nextObservation: Float32Array // [rows, S]
  terminal: Float32Array // [rows], 1 where no value follows
}

/** What a training is made of. */
export interface TrainingOptions {
  learner: string
  mode: string
  settings: Record<string, number>
  seed: number
  threads: number
  replay: Replay
  /**
   * The rewards are for the tool tip at `goal`, m, base frame; some learners use the arm's geometry too. Null: to reach any
   * point; the replay's observations then end with the tool tip, and every transition that is drawn gets a goal.
   */
  reach?: { goal: Float32Array | null; model: ArmModel }
  /** Keeps what gradients() gives, at a cost in time; for comparison with an oracle. */
  keepGradients?: boolean
}

/** Where a training is. */
export interface TrainingProgress {
  state: 'idle' | 'running' | 'paused' | 'done' | 'diverged'
  updates: number
  /** Plain words when diverged, else empty. */
  message: string
  /** Rows since the last call: [update, seconds, criticLoss, actorLoss, meanQ, saturated]. */
  points: Float64Array
}

/** One training on native threads of its own. */
export interface TrainingJob {
  /** Floating-point operations of the matrix products in one update, on average. Only while not running. */
  readonly operationsPerUpdate: number
  /** Runs on its own native thread until `updates` in total; returns at once. */
  start(updates: number): void
  /** Holds the thread after the running update with everything in memory; returns at once. */
  pause(): void
  /** Lets a paused thread go on. */
  resume(): void
  /**
   * Ends the thread after the running update and waits for it. An update that takes longer than a moment is given up:
   * the training is then at an earlier update, from which it goes on to the same bytes.
   */
  stop(): void
  progress(): TrainingProgress
  /** Weights, targets, moments, random streams, counters. Only while not running; a paused thread stands still. */
  checkpoint(): Uint8Array
  /** Throws when the bytes are of another learner, mode, settings or shape. */
  restore(checkpoint: Uint8Array): void
  /** What has been learned so far, for raw observations. Only while not running. */
  policy(): PolicyParts
  /** Every network by name, targets included; weights as they are inside. Only while not running. */
  networks(): Record<string, PolicyLayer[]>
  /** Of everything that learns, from the newest update, in the same form. Only with `keepGradients`, not while running. */
  gradients(): Record<string, PolicyLayer[]>
  /** Every loss of the method by name, from the newest update; NaN where it was not computed. Not while running. */
  losses(): Record<string, number>
  close(): void
}
