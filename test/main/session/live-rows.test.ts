import { expect, test } from 'vitest'
import { HISTOGRAM_BINS, normalisedEntropy } from '../../../src/contract/histogram.ts'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { RandomStream } from '../../../src/main/platform/random-stream.ts'
import { LiveCollector } from '../../../src/main/session/live-rows.ts'
import { openWorld } from '../../../src/main/world/open-world.ts'
import { stepRow } from '../../../src/main/world/step-row.ts'
import type { StepRow } from '../../../src/main/world/step-row.ts'

const { qMin, qMax } = armModel().limits

async function collector(): Promise<LiveCollector> {
  const world = await openWorld({ world: 'panda', options: {}, seed: 1, armId: null, robot: 'in-process' })
  const live = new LiveCollector(world.spec)
  await world.close()
  live.beginEpisode(1)
  return live
}

/** Steps whose joints are where `share` of their range puts them. */
function run(live: LiveCollector, row: StepRow, steps: number, share: (joint: number) => number): void {
  for (let t = 0; t < steps; t++) {
    for (let joint = 0; joint < 7; joint++)
      row.observation[joint] = qMin[joint]! + share(joint) * (qMax[joint]! - qMin[joint]!)
    live.step(row, 50)
  }
}

test('the curve tells how evenly the joints have been over their limits', async () => {
  const live = await collector()
  const row = stepRow(14, 7)
  const random = new RandomStream(1, 'live')
  run(live, row, 200, () => 0.5)
  live.curvePoint(200, 0.1)
  run(live, row, 20_000, () => random.uniform(0, 1))
  live.curvePoint(20_200, 0.2)
  const { coverageCurve, histogram } = live.take(row)
  const [still, moving] = coverageCurve
  expect(still).toEqual([200, 0.1, 0])
  expect(moving!.slice(0, 2)).toEqual([20_200, 0.2])
  const joints = Array.from({ length: 7 }, (_, j) => histogram.subarray(j * HISTOGRAM_BINS, (j + 1) * HISTOGRAM_BINS))
  const mean = joints.reduce((sum, counts) => sum + normalisedEntropy(counts), 0) / 7
  expect(moving![2]).toBeCloseTo(mean, 12)
  expect(mean).toBeGreaterThan(0.99)
})

test('a long run keeps a bounded curve that still has its beginning', async () => {
  const live = await collector()
  for (let episode = 1; episode <= 5000; episode++) live.curvePoint(episode, episode / 5000)
  const { coverageCurve } = live.take(stepRow(14, 7))
  expect(coverageCurve.length).toBeLessThanOrEqual(400)
  expect(coverageCurve[0]).toEqual([1, 1 / 5000, 0])
  const counts = coverageCurve.map(([transitions]) => transitions)
  expect(counts).toEqual(counts.toSorted((a, b) => a - b))
})
