import { mkdtempSync } from 'node:fs'
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

  test('keeps observing its goal through the files of another program', async () => {
    const [file, back] = [join(HOME, 'any.onnx'), join(HOME, 'back')]
    expect((await runCli('export', POLICY, '--format', 'onnx', '--out', file)).code).toBe(0)
    expect((await runCli('import', file, '--out', back)).code).toBe(0)
    const [ours, theirs] = [await tried(POLICY, '0.5,-0.2,0.4'), await tried(back, '0.5,-0.2,0.4')]
    expect(theirs[0]?.return).toBeCloseTo(ours[0]?.return ?? NaN, 6)
  })

  test('is refused to learners that only see rewards', async () => {
    const run = await runCli(...TRAIN, '--learner', 'td3', '--policy', join(HOME, 'td3'))
    expect(run.code).not.toBe(0)
    expect(run.stderr).toMatch(/td3 learns from rewards/)
  })
})
