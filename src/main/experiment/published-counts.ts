import type { ExperimentCounts, ExperimentName } from '../../contract/experiment.ts'
import type { Mode, WorldName } from '../../contract/world.ts'
import type { MethodDescription } from '../platform/native-method.ts'

/** What an experiment of the paper consists of, at full scale. */
export interface PublishedExperiment {
  counts: ExperimentCounts
  worlds: readonly WorldName[]
  explorers: readonly string[]
  learners: readonly string[]
}

/** Explorers in the order of the paper's figure; every one of them has to be in the learning core. */
const EXPLORERS = ['random', 'gep', 'rnd', 'diayn', 'sse'] as const
const LEARNERS = ['td3', 'bcq'] as const
/** Longest episode in the paper, and offline updates in simulation and on the arm alike. */
const STEPS_PER_EPISODE = 1000
const UPDATES = 300_000
/** Of learners that are not in the paper, where they come to rest: `rollout` decays its rate to nothing by then. */
const LEARNER_UPDATES: Readonly<Record<string, number>> = { rollout: 10_000 }
/** As the authors of TD3 and BCQ evaluate; the exploration paper does not say how. */
const EVALUATE_EVERY = 5000

/**
 * Dasagi, Lee, Bruce, Leitner 2019: 1,000,000 transitions in each world of figure 3, 200,000 of the arm for table 1,
 * then 300,000 updates. Ten episodes an evaluation as TD3's and BCQ's authors make them; three on the arm, which begins
 * each at the same home pose.
 */
export const PUBLISHED: Record<ExperimentName, PublishedExperiment> = {
  figure3: {
    counts: {
      transitions: 1_000_000,
      stepsPerEpisode: STEPS_PER_EPISODE,
      updates: UPDATES,
      evaluateEvery: EVALUATE_EVERY,
      episodes: 10,
    },
    worlds: ['HalfCheetah-v1', 'Hopper-v1', 'Walker2d-v1'],
    explorers: EXPLORERS,
    learners: LEARNERS,
  },
  table1: {
    counts: {
      transitions: 200_000,
      stepsPerEpisode: STEPS_PER_EPISODE,
      updates: UPDATES,
      evaluateEvery: EVALUATE_EVERY,
      episodes: 3,
    },
    worlds: ['panda'],
    explorers: EXPLORERS,
    learners: LEARNERS,
  },
}

function scaled(count: number, scale: number): number {
  return Math.max(1, Math.round(count * scale))
}

/** Every count times `scale`, at least 1. The length of an episode belongs to the world and stays. */
export function scaledCounts(counts: ExperimentCounts, scale: number): ExperimentCounts {
  return {
    transitions: scaled(counts.transitions, scale),
    stepsPerEpisode: counts.stepsPerEpisode,
    updates: scaled(counts.updates, scale),
    evaluateEvery: scaled(counts.evaluateEvery, scale),
    episodes: scaled(counts.episodes, scale),
  }
}

/** Updates of those of `learners` that have a count of their own, times `scale`. */
export function scaledLearnerUpdates(learners: readonly string[], scale: number): Record<string, number> {
  return Object.fromEntries(
    learners.flatMap((learner) => {
      const updates = LEARNER_UPDATES[learner]
      return updates === undefined ? [] : [[learner, scaled(updates, scale)]]
    }),
  )
}

/**
 * Uniform first actions of those of `explorers` that begin with some, times `scale`: a shrunken collection would else
 * be nothing but its warm-up. None at full scale, where each explorer and mode has its own.
 */
export function scaledWarmUps(
  explorers: readonly MethodDescription[],
  modes: readonly Mode[],
  scale: number,
): Record<string, number> {
  if (scale === 1) return {}
  return Object.fromEntries(
    explorers.flatMap(({ name, settings }) => {
      const defaults = settings.find(({ key }) => key === 'warmUp')?.defaults
      return defaults ? [[name, scaled(Math.max(...modes.map((mode) => defaults[mode])), scale)]] : []
    }),
  )
}
