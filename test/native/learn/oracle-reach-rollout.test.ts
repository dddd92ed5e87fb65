import { expect, test } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import { describeAgreement } from '../../oracle/agreement-suite.ts'
import { makeArmDataset } from '../../oracle/arm-dataset.ts'
import { nativeChanges, reachRolloutOracle } from '../../oracle/reach-rollout.ts'
import { trainToEnd } from './train-to-end.ts'

const reach = { goal: Float32Array.of(0.4, -0.2, 0.5), model: armModel() }
const data = makeArmDataset()

describeAgreement('Model roll-out to a point', reachRolloutOracle('modern', reach), { data, settings: nativeChanges })
describeAgreement(
  'Model roll-out to a point with a gradient longer than its limit',
  reachRolloutOracle('paper', reach, { gradientNorm: 0.01 }),
  { data, settings: { ...nativeChanges, gradientNorm: 0.01 } },
)

const still = { modelRate: 0, policyRate: 0, disturbance: 0, heldShare: 1, starts: 1, modelUpdates: 0, policyEvery: 1 }

/** Costs of the policy in each update, when nothing learns and the one roll-out begins at the one home. */
async function costs(settings: Record<string, number>, updates: number): Promise<number[]> {
  const replay = new native.Replay({ observationSize: 14, actionSize: 7 })
  const home = [...armModel().home, ...Array<number>(7).fill(0)]
  replay.addEpisode(Float32Array.from([...home, ...home, ...home]), new Float32Array(14), new Float32Array(2), false)
  const found: number[] = []
  for (let count = 1; count <= updates; count++) {
    const job = new native.TrainingJob({ learner: 'rollout', mode: 'modern', settings: { ...still, ...settings }, seed: 3, threads: 1, replay, reach })
    await trainToEnd(job, count)
    found.push(job.losses()['actor'] as number)
    job.close()
  }
  return found
}

test('a held roll-out goes on from update to update, and begins at home again', async () => {
  const [whole] = await costs({ horizon: 15, heldHorizons: 9 }, 1)
  const parts = await costs({ horizon: 5, heldHorizons: 3 }, 4)
  expect(((parts[0] as number) + (parts[1] as number) + (parts[2] as number)) / 3).toBeCloseTo(whole as number, 6)
  expect(parts[1]).not.toBeCloseTo(parts[0] as number, 6)
  expect(parts[3]).toBeCloseTo(parts[0] as number, 9)
})

test('a dataset whose arm is never free is refused', () => {
  const replay = new native.Replay({ observationSize: 14, actionSize: 7 })
  const { limits } = armModel()
  const corner = [...limits.qMax, ...Array<number>(7).fill(0)]
  replay.addEpisode(Float32Array.from([...corner, ...corner, ...corner]), new Float32Array(14), new Float32Array(2), false)
  const make = () => new native.TrainingJob({ learner: 'rollout', mode: 'modern', settings: {}, seed: 0, threads: 1, replay, reach })
  expect(make).toThrow(/near a limit/)
})

test('data that are not an arm’s are refused', () => {
  const replay = new native.Replay({ observationSize: 5, actionSize: 3 })
  replay.addEpisode(new Float32Array(15), new Float32Array(6), new Float32Array(2), false)
  const make = () => new native.TrainingJob({ learner: 'rollout', mode: 'modern', settings: {}, seed: 0, threads: 1, replay, reach })
  expect(make).toThrow(/seven joint angles/)
})
