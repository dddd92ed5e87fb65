import { JOINTS } from '../../src/contract/robot.ts'
import type { ArmDriver } from '../../src/main/platform/native-arm.ts'

/** Turns an armed arm's first joint some tenths of a radian away from home, over which the way back takes seconds. */
export function moveAway(arm: ArmDriver): void {
  const observation = new Float32Array(2 * JOINTS)
  const [action, sent] = [new Float32Array(JOINTS), new Float32Array(JOINTS)]
  const [tooltip, tick, info] = [new Float32Array(3), new BigInt64Array(1), new Int32Array(2)]
  action[0] = 1
  arm.beginEpisode(observation, tooltip, tick)
  for (let step = 0; step < 30 && info[1] === 0; step++) arm.step(action, observation, tooltip, sent, tick, info)
  arm.endEpisode()
}
