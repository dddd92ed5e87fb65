import { native } from '../platform/native.ts'
import { StepEnd } from '../platform/native-explore.ts'
import type { Explorer } from '../platform/native-explore.ts'

const STATES = 17
const ACTIONS = 6
const STEPS_PER_EPISODE = 1000
/** Steps of one window; the best window counts, because other programs can only slow one down. */
const WINDOW = 5

/** A step of a made-up world with the shape of HalfCheetah, which costs next to nothing. */
function step(explorer: Explorer, t: number, state: Float32Array, action: Float32Array): void {
  if (t % STEPS_PER_EPISODE === 0) explorer.beginEpisode(t / STEPS_PER_EPISODE + 1)
  explorer.act(state, action)
  for (let i = 0; i < STATES; i++) state[i] = 0.9 * state[i]! + 0.3 * action[i % ACTIONS]! + 0.05 * Math.sin(t + i)
  explorer.observe(state, (t + 1) % STEPS_PER_EPISODE === 0 ? StepEnd.cut : StepEnd.none)
  explorer.learn()
}

/**
 * Steps per second of an explorer in paper mode that acts and makes its update, without any world, and the operations of
 * one update's products. Takes about `seconds`.
 */
export function exploreRate(name: string, threads: number, seconds: number): { steps: number; operations: number } {
  const warmUp = native.describeExplorers().some((each) => each.name === name && each.settings.some(isWarmUp))
  const explorer = native.createExplorer({
    explorer: name,
    mode: 'paper',
    observationSize: STATES,
    actionSize: ACTIONS,
    seed: 0,
    settings: warmUp ? { warmUp: 0 } : {},
    threads,
  })
  const state = new Float32Array(STATES)
  const action = new Float32Array(ACTIONS)
  let t = 0
  // Without updates until there is a batch.
  while (t < STEPS_PER_EPISODE && (t === 0 || explorer.learning().updates === 0)) step(explorer, t++, state, action)
  let best = 0
  for (const until = performance.now() + 1000 * seconds; performance.now() < until;) {
    const start = performance.now()
    for (let i = 0; i < WINDOW; i++) step(explorer, t++, state, action)
    best = Math.max(best, WINDOW / ((performance.now() - start) / 1000))
  }
  const operations = explorer.operationsPerUpdate
  explorer.close()
  return { steps: best, operations }
}

function isWarmUp({ key }: { key: string }): boolean {
  return key === 'warmUp'
}
