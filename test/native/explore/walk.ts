import { StepEnd } from '../../../src/main/platform/native-explore.ts'
import type { Explorer } from '../../../src/main/platform/native-explore.ts'

/** What an explorer did and saw in one episode. */
export interface Walked {
  observations: Float32Array // [steps + 1, S]
  actions: Float32Array // [steps, A]
}

/** A smooth made-up world: the state decays and is pushed by the actions. */
export function push(state: Float32Array, action: Float32Array): void {
  state.forEach((x, i) => (state[i] = 0.8 * x + 0.4 * (action[i % action.length] as number)))
}

/**
 * One episode of `steps` steps from a fixed start. `learns`: the updates that are due are made after each step, and then
 * `each` is called.
 */
export function walk(
  explorer: Explorer,
  of: {
    episode: number
    steps: number
    states: number
    actions: number
    learns?: boolean
    terminal?: boolean
    each?: () => void
  },
): Walked {
  const { episode, steps, states, actions, learns = true, terminal = false, each } = of
  explorer.beginEpisode(episode)
  const state = Float32Array.from({ length: states }, (_, i) => 0.1 * i)
  const action = new Float32Array(actions)
  const walked = {
    observations: new Float32Array((steps + 1) * states),
    actions: new Float32Array(steps * actions),
  }
  walked.observations.set(state)
  for (let t = 0; t < steps; t++) {
    explorer.act(state, action)
    push(state, action)
    walked.actions.set(action, t * actions)
    walked.observations.set(state, (t + 1) * states)
    explorer.observe(state, t + 1 < steps ? StepEnd.none : terminal ? StepEnd.terminal : StepEnd.cut)
    if (learns) explorer.learn()
    each?.()
  }
  return walked
}
