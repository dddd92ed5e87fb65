import { join } from 'node:path'
import type { LocomotionName } from '../../../src/contract/world.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { newRunSheet } from '../../../src/main/dataset/run-sheet.ts'
import { EndCode } from '../../../src/main/world/end-code.ts'
import { openLocomotionWorld } from '../../../src/main/world/locomotion-world.ts'
import { STEP_LIMIT, temporaryFolder } from '../dataset/synthetic.ts'
import { explorerFor, rowOf } from './play.ts'

/** A dataset of uniform actions, recorded without a session; its path. Episodes have at most 200 steps. */
export async function recordWorld(
  name: LocomotionName,
  episodes: number,
  inertia: 'legacy' | 'exact' = 'legacy',
): Promise<string> {
  const path = join(temporaryFolder(), `${name}.forager`)
  const world = await openLocomotionWorld(name, 5, { inertia })
  const choices = { explorer: 'uniform', mode: 'paper', settings: {}, seed: 5, target: 10_000, stepsPerEpisode: 200 }
  const sheet = newRunSheet(path, world.spec, { ...choices, operator: '', notes: '', appVersion: '0' })
  const recorder = openRecording({ path, sheet, box: null })
  const explorer = explorerFor(world, 'uniform', 5)
  const row = rowOf(world)
  for (let episode = 1; episode <= episodes; episode++) {
    world.beginReset(episode)
    world.beginEpisode(row)
    recorder.beginEpisode(row)
    explorer.beginEpisode(episode)
    for (let step = 1; step <= 200 && row.info[1] === EndCode.none; step++) {
      explorer.act(row.observation, row.action)
      world.step(row)
      recorder.append(row)
    }
    const reason = row.info[1] === EndCode.terminal ? 'terminal' : 'step-limit'
    recorder.endEpisode({ ...STEP_LIMIT, reason }, new Uint8Array(0))
  }
  recorder.close()
  await world.close()
  return path
}
