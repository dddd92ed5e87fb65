import type { LocomotionName } from '../../../src/contract/world.ts'

/** Returns and lengths of episodes that an independent simulation of the same tasks gave. */
export interface BehaviourStatistics {
  world: LocomotionName
  inertia: 'legacy' | 'exact'
  explorer: 'random' | 'uniform'
  episodes: number
  mean: number
  std: number
  median: number
  p95: number
  length: number
}

export const behaviourStatistics: readonly BehaviourStatistics[] = [
  {
    world: 'HalfCheetah-v1',
    inertia: 'legacy',
    explorer: 'random',
    episodes: 200,
    mean: -549.7,
    std: 415.9,
    median: -492,
    p95: -4,
    length: 1000,
  },
  {
    world: 'HalfCheetah-v1',
    inertia: 'legacy',
    explorer: 'uniform',
    episodes: 200,
    mean: -278.4,
    std: 73.7,
    median: -279,
    p95: -168,
    length: 1000,
  },
  {
    world: 'HalfCheetah-v1',
    inertia: 'exact',
    explorer: 'random',
    episodes: 200,
    mean: -572.1,
    std: 441.9,
    median: -529,
    p95: -26,
    length: 1000,
  },
  {
    world: 'HalfCheetah-v1',
    inertia: 'exact',
    explorer: 'uniform',
    episodes: 200,
    mean: -271.8,
    std: 69.7,
    median: -276,
    p95: -167,
    length: 1000,
  },
  {
    world: 'Hopper-v1',
    inertia: 'legacy',
    explorer: 'random',
    episodes: 2191,
    mean: 26.3,
    std: 48.3,
    median: 9,
    p95: 110,
    length: 27.4,
  },
  {
    world: 'Hopper-v1',
    inertia: 'legacy',
    explorer: 'uniform',
    episodes: 2713,
    mean: 18.5,
    std: 17.9,
    median: 13,
    p95: 48,
    length: 22.1,
  },
  {
    world: 'Hopper-v1',
    inertia: 'exact',
    explorer: 'random',
    episodes: 2195,
    mean: 26.4,
    std: 45.1,
    median: 9,
    p95: 112,
    length: 27.5,
  },
  {
    world: 'Hopper-v1',
    inertia: 'exact',
    explorer: 'uniform',
    episodes: 2712,
    mean: 18.4,
    std: 17.6,
    median: 13,
    p95: 47,
    length: 22.1,
  },
  {
    world: 'Walker2d-v1',
    inertia: 'legacy',
    explorer: 'random',
    episodes: 3034,
    mean: -3.7,
    std: 12.7,
    median: -5,
    p95: 11,
    length: 19.8,
  },
  {
    world: 'Walker2d-v1',
    inertia: 'legacy',
    explorer: 'uniform',
    episodes: 2948,
    mean: 2.0,
    std: 5.6,
    median: 1,
    p95: 12,
    length: 20.4,
  },
  {
    world: 'Walker2d-v1',
    inertia: 'exact',
    explorer: 'random',
    episodes: 2959,
    mean: -2.8,
    std: 14.6,
    median: -4,
    p95: 12,
    length: 20.3,
  },
  {
    world: 'Walker2d-v1',
    inertia: 'exact',
    explorer: 'uniform',
    episodes: 2869,
    mean: 2.7,
    std: 6.1,
    median: 2,
    p95: 14,
    length: 20.9,
  },
]
