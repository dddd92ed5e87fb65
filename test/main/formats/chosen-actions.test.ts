import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { loadReplay } from '../../../src/main/learner/load-replay.ts'
import { runCli } from '../verbs/run-cli.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'

const seams = { loaded: () => undefined, stopRequested: () => false }

test('a learner takes the actions that were asked for, or those that were sent', async () => {
  const path = join(temporaryFolder(), 'random.forager')
  const collect = ['collect', '--world', 'panda', '--explorer', 'random', '--transitions', '200', '--seed', '2']
  expect((await runCli(...collect, '--dataset', path)).code).toBe(0)
  const pair = (observation: Float32Array, action: Float32Array) => `${observation.join()} ${action.join()}`
  const clipped = (actions: Float32Array) => actions.map((value) => Math.min(1, Math.max(-1, value)))
  const wanted = { policy: [] as string[], sent: [] as string[] }
  const reader = new DatasetReader(path)
  for (const { observations, policyActions, sentActions, steps } of reader.trainingEpisodes())
    for (let t = 0; t < steps; t++) {
      const observation = observations.subarray(14 * t, 14 * (t + 1))
      wanted.policy.push(pair(observation, clipped(policyActions.subarray(7 * t, 7 * (t + 1)))))
      wanted.sent.push(pair(observation, clipped(sentActions.subarray(7 * t, 7 * (t + 1)))))
    }
  reader.close()
  expect(wanted.sent).not.toEqual(wanted.policy)
  for (const actions of ['policy', 'sent'] as const) {
    const { replay } = (await loadReplay([path], { kind: 'reach', goal: [0.4, 0.2, 0.5] }, seams, actions))!
    const batch = replay.size
    const drawn = replay.draw({ batch, batches: 1, seed: 3, withoutReplacement: true, episodeEndsTerminal: false })
    const found = Array.from({ length: batch }, (_, r) =>
      pair(drawn.observation.subarray(14 * r, 14 * (r + 1)), drawn.action.subarray(7 * r, 7 * (r + 1))),
    )
    expect(found.sort()).toEqual(wanted[actions].sort())
  }
})
