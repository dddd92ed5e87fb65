import type { EndReason } from '../../contract/dataset.ts'
import type { Policy } from '../platform/native-policy.ts'
import { EndCode } from '../world/end-code.ts'
import { stepRow } from '../world/step-row.ts'
import type { StepRow } from '../world/step-row.ts'
import type { World } from '../world/world.ts'

/** What one episode of a policy gave. */
export interface EnvEpisode {
  steps: number
  /** Sum of the rewards, undiscounted. */
  return: number
  endReason: EndReason
}

/** Reward of a step that has just been made, counted from 0; `row` is overwritten by the next one. */
export type StepReward = (row: StepRow, step: number) => number

const ownReward: StepReward = (row) => row.reward[0]!

/**
 * One episode of a policy from the start pose of the episode with this number, acting without noise, at full speed;
 * rewarded by the world itself unless there is another reward. Blocks the thread for the whole episode.
 */
export function runEnvEpisode(
  world: World,
  policy: Policy,
  episode: number,
  stepsPerEpisode: number,
  reward: StepReward = ownReward,
): EnvEpisode {
  const { observation, action, simulatorState } = world.spec
  const row = stepRow(observation.length, action.length, simulatorState.length)
  world.beginReset(episode)
  while (!world.continueReset(Infinity));
  world.beginEpisode(row)
  let [steps, sum] = [0, 0]
  while (steps < stepsPerEpisode) {
    policy.act(row.observation, row.action)
    world.step(row)
    const end = row.info[1]
    // A step without a finite next state has no reward.
    if (end === EndCode.unstable) return { steps, return: sum, endReason: 'crash' }
    sum += reward(row, steps)
    steps += 1
    if (end === EndCode.terminal) return { steps, return: sum, endReason: 'terminal' }
  }
  world.endEpisode()
  return { steps, return: sum, endReason: 'step-limit' }
}
