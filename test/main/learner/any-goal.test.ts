import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { loadReplay } from '../../../src/main/learner/load-replay.ts'
import { reachRewards } from '../../../src/main/task/reach-reward.ts'
import { BOX, recordEpisode, sheet, temporaryFolder } from '../dataset/synthetic.ts'

const seams = { loaded: () => undefined, stopRequested: () => false }
const anyhow = { batches: 1, seed: 3, withoutReplacement: true, episodeEndsTerminal: false }

test('for any point the replay has the recorded tool tip behind each observation', async () => {
  const path = join(temporaryFolder(), 'a.forager')
  const recorder = openRecording({ path, sheet: sheet(), box: BOX })
  for (const steps of [20, 70, 5]) recordEpisode(recorder, steps)
  recorder.close()
  const { replay } = (await loadReplay([path], { kind: 'reach-any' }, seams))!
  const reader = new DatasetReader(path)
  const states = reader.shape.observationSize
  const rows = new Set<string>()
  const rewards = new Map<string, (goal: Float32Array) => number>()
  for (const { observations, tooltip, steps } of reader.trainingEpisodes()) {
    const row = (t: number) =>
      [...observations.subarray(t * states, (t + 1) * states), ...tooltip.subarray(3 * t, 3 * t + 3)].join()
    for (let t = 0; t < steps; t++) {
      rows.add(`${row(t)};${row(t + 1)}`)
      const own = observations.subarray(t * states, (t + 1) * states).join()
      const goalReward = ([x, y, z]: Float32Array) => reachRewards({ kind: 'reach', goal: [x!, y!, z!] }, tooltip)[t]!
      rewards.set(own, goalReward)
    }
  }
  reader.close()
  const size = states + 3
  const seen = (values: Float32Array, r: number) => values.subarray(r * size, (r + 1) * size)
  const stored = replay.draw({ ...anyhow, batch: replay.size })
  const found = new Set(
    Array.from(
      { length: replay.size },
      (_, r) => `${seen(stored.observation, r).join()};${seen(stored.nextObservation, r).join()}`,
    ),
  )
  expect(found).toEqual(rows)
  // What a transition earns for the goal that it gets is what a task with that goal would have given it.
  const aimed = replay.draw({ ...anyhow, batch: replay.size, anyGoal: true })
  for (let r = 0; r < replay.size; r++) {
    const row = seen(aimed.observation, r)
    expect(aimed.reward[r]).toBeCloseTo(rewards.get(row.subarray(0, states).join())!(row.subarray(states)), 6)
  }
  expect(new Set(aimed.reward).size).toBeGreaterThan(10)
})
