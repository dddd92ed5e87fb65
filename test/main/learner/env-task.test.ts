import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ProblemError } from '../../../src/contract/problem.ts'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { CurveLog } from '../../../src/main/learner/curve-log.ts'
import { loadReplay } from '../../../src/main/learner/load-replay.ts'
import type { TrainingOrder } from '../../../src/main/learner/training-order.ts'
import { readPolicy } from '../../../src/main/policy/policy-folder.ts'
import { trainOrder } from '../../../src/main/workers/train-order.ts'
import { runCli } from '../verbs/run-cli.ts'
import { BOX, recordEpisode, sheet, temporaryFolder } from '../dataset/synthetic.ts'
import { recordWorld } from '../world/record-world.ts'

const seams = { loaded: () => undefined, stopRequested: () => false }

function order(datasetPaths: string[], changes: Partial<TrainingOrder> = {}): TrainingOrder {
  return {
    id: 'p',
    folder: join(temporaryFolder(), 'p'),
    datasetPaths,
    task: { kind: 'env' },
    learner: 'td3',
    mode: 'paper',
    settings: { hidden1: 32, hidden2: 32 },
    actions: 'policy',
    seed: 7,
    updates: 60,
    resume: false,
    threads: 1,
    evaluateEvery: 30,
    ...changes,
  }
}

const train = (wanted: TrainingOrder) =>
  trainOrder(
    wanted,
    () => undefined,
    () => false,
  )

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code
    throw error
  }
  throw new Error('nothing was refused')
}

test('every transition has the reward that was recorded, and only a fall is terminal', async () => {
  const path = await recordWorld('Walker2d-v1', 30)
  const { replay } = (await loadReplay([path], { kind: 'env' }, seams))!
  const reader = new DatasetReader(path)
  const wanted = new Map<string, { reward: number; terminal: boolean }>()
  for (const { observations, rewards, steps, endReason } of reader.trainingEpisodes()) {
    for (let t = 0; t < steps; t++) {
      const terminal = t === steps - 1 && endReason === 'terminal'
      wanted.set(observations.subarray(17 * t, 17 * (t + 1)).join(), { reward: rewards[t]!, terminal })
    }
  }
  reader.close()
  const batch = replay.size
  const drawn = replay.draw({ batch, batches: 1, seed: 3, withoutReplacement: true, episodeEndsTerminal: false })
  let terminals = 0
  for (let r = 0; r < batch; r++) {
    const { reward, terminal } = wanted.get(drawn.observation.subarray(17 * r, 17 * (r + 1)).join())!
    expect(drawn.reward[r]).toBe(reward)
    expect(drawn.terminal[r]).toBe(terminal ? 1 : 0)
    terminals += terminal ? 1 : 0
  }
  expect(batch).toBe(wanted.size)
  expect(terminals).toBeGreaterThan(20)
})

test('a training on it measures the return of an episode, the same when it is repeated', async () => {
  const path = await recordWorld('Hopper-v1', 20)
  const orders = [order([path]), order([path])]
  for (const each of orders) expect(await train(each)).toMatchObject({ end: 'done', updates: 60 })
  const [a, b] = orders.map(({ folder }) => new CurveLog(folder).read().map(({ episodeReturn }) => episodeReturn))
  expect(a!.filter((value) => value !== null)).toHaveLength(2)
  expect(b).toEqual(a)
  const { sheet: policy } = readPolicy(orders[0]!.folder)
  expect(policy).toMatchObject({
    task: { kind: 'env' },
    dataset: { world: 'Hopper-v1', worldOptions: { inertia: 'legacy' } },
  })
})

test('an arm has no reward of its own, a world no tool tip, and other masses do not join', async () => {
  const arm = join(temporaryFolder(), 'arm.forager')
  const recorder = openRecording({ path: arm, sheet: sheet(), box: BOX })
  recordEpisode(recorder, 20)
  recorder.close()
  expect(await codeOf(train(order([arm])))).toBe('task-unsuitable')
  const hopper = await recordWorld('Hopper-v1', 3)
  expect(await codeOf(train(order([hopper], { task: { kind: 'reach', goal: [0.4, 0.2, 0.5] } })))).toBe(
    'task-unsuitable',
  )
  const exact = await recordWorld('Hopper-v1', 3, 'exact')
  expect(await codeOf(train(order([hopper, exact])))).toBe('datasets-differ')
})

test('the terminal trains and evaluates in a world, with the masses of the data unless asked otherwise', async () => {
  const path = await recordWorld('Hopper-v1', 20, 'exact')
  const folder = join(temporaryFolder(), 'policy')
  const words = ['--task', 'env', '--learner', 'td3', '--updates', '20', '--seed', '1', '--set', 'hidden1=16']
  const trained = await runCli('train', '--dataset', path, ...words, '--policy', folder, '--json')
  expect(trained.json()).toMatchObject({ task: 'env', updates: 20, learner: 'td3' })
  const evaluate = (...more: string[]) =>
    runCli('evaluate', '--policy', folder, '--world', 'Hopper-v1', '--seed', '4', '--json', ...more)
  const three = (await evaluate('--episodes', '3')).json() as {
    episodes: { return: number; length: number; end_reason: string }[]
    return_mean: number
  }
  expect(three).toMatchObject({ world_options: { inertia: 'exact' }, closest_m_mean: null })
  expect(three.episodes).toHaveLength(3)
  for (const { length, end_reason } of three.episodes) {
    expect(end_reason).toBe(length === 1000 ? 'step-limit' : 'terminal')
  }
  expect(three.return_mean).toBeCloseTo(three.episodes.reduce((sum, each) => sum + each.return, 0) / 3, 9)
  // Each episode has a start of its own, and the first one is the same however many follow.
  expect(new Set(three.episodes.map((each) => each.return)).size).toBe(3)
  expect((await evaluate()).json()).toMatchObject({ episodes: [three.episodes[0]] })
  expect((await evaluate('--inertia', 'legacy')).json()).toMatchObject({ world_options: { inertia: 'legacy' } })
  expect((await evaluate('--goal', '0.4,0.2,0.5')).problem().code).toBe('bad-arguments')
  const other = await runCli('evaluate', '--policy', folder, '--world', 'HalfCheetah-v1', '--json')
  expect(other.problem().code).toBe('policy-unfit')
})
