import { existsSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli } from './run-cli.ts'

const HOME = mkdtempSync(join(tmpdir(), 'forager-test-'))
afterAll(() => rm(HOME, { recursive: true, force: true }))
const DATASET = join(HOME, 'random.forager')
const POLICY = join(HOME, 'any')
const TRAIN = ['train', '--dataset', DATASET, '--task', 'reach:any', '--mode', 'modern', '--updates', '40', '--json']
const SHORT = ['--set', 'modelUpdates=10', '--set', 'starts=16', '--set', 'horizon=5']

interface Evaluated {
  episodes: { goal: number[]; closest_m: number; return: number }[]
}

/** Tries of a policy, one to each goal. */
async function tried(policy: string, ...goals: string[]): Promise<Evaluated['episodes']> {
  const words = goals.flatMap((goal) => ['--goal', goal])
  const run = await runCli('evaluate', '--world', 'panda', '--policy', policy, '--episodes', '1', ...words, '--json')
  expect(run.stderr + String(run.code)).toMatch(/0$/)
  return (JSON.parse(run.stdout) as Evaluated).episodes
}

beforeAll(async () => {
  const collect = ['collect', '--world', 'panda', '--explorer', 'random', '--seed', '3', '--transitions', '1500']
  expect((await runCli(...collect, '--dataset', DATASET)).code).toBe(0)
  const trained = await runCli(...TRAIN, '--learner', 'rollout', ...SHORT, '--policy', POLICY)
  expect(JSON.parse(trained.stdout)).toMatchObject({ learner: 'rollout', task: 'reach:any', updates: 40 })
})

describe('a policy for any point', () => {
  test('is tried at the usual goals, or at those that are named', async () => {
    expect(await tried(POLICY)).toHaveLength(4)
    const [left, right] = await tried(POLICY, '0.4,0.3,0.5', '0.4,-0.3,0.5')
    expect(left?.closest_m).not.toBe(right?.closest_m)
  })

  test('that no update has reached yet is announced as such', async () => {
    const all = ['--learner', 'rollout', '--set', 'starts=16', '--set', 'horizon=5', '--set', 'modelUpdates=40']
    const run = await runCli(...TRAIN, ...all, '--policy', join(HOME, 'untrained'))
    expect(run.code).toBe(0)
    expect(run.stderr).toContain('the models learn alone for the first 40 updates: 40 leave the policy untrained')
  })

  test('keeps observing its goal through the files of another program', async () => {
    const [file, back] = [join(HOME, 'any.onnx'), join(HOME, 'back')]
    expect((await runCli('export', POLICY, '--format', 'onnx', '--out', file)).code).toBe(0)
    expect((await runCli('import', file, '--out', back)).code).toBe(0)
    const [ours, theirs] = [await tried(POLICY, '0.5,-0.2,0.4'), await tried(back, '0.5,-0.2,0.4')]
    expect(theirs[0]?.return).toBeCloseTo(ours[0]?.return ?? NaN, 6)
  })

  test('comes from learners of rewards too, which draw a goal for every transition', async () => {
    const folder = join(HOME, 'td3')
    const run = await runCli(
      ...TRAIN,
      '--learner',
      'td3',
      '--set',
      'hidden1=32',
      '--set',
      'hidden2=32',
      '--policy',
      folder,
    )
    expect(run.json()).toMatchObject({ learner: 'td3', task: 'reach:any', updates: 40 })
    const [left, right] = await tried(folder, '0.4,0.3,0.5', '0.4,-0.3,0.5')
    expect(left?.closest_m).not.toBe(right?.closest_m)
    const file = join(HOME, 'td3.onnx')
    expect((await runCli('export', folder, '--format', 'onnx', '--out', file)).code).toBe(0)
    const back = join(HOME, 'td3-back')
    expect((await runCli('import', file, '--out', back)).code).toBe(0)
    expect((await tried(back, '0.4,0.3,0.5'))[0]?.return).toBeCloseTo(left?.return ?? NaN, 5)
    const again = await runCli(...TRAIN, '--learner', 'iql', '--set', 'scaleRewards=1', '--policy', join(HOME, 'iql'))
    expect(again.problem().message).toMatch(/returns of the dataset's episodes, which have none without a goal/)
    expect(existsSync(join(HOME, 'iql'))).toBe(false)
  })
})
