import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { problemOf } from '../../../src/contract/problem.ts'
import type { Problem } from '../../../src/contract/problem.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { checkpointInfo } from '../../../src/main/learner/checkpoint-file.ts'
import { CurveLog } from '../../../src/main/learner/curve-log.ts'
import { lockPolicy } from '../../../src/main/learner/policy-lock.ts'
import type { TrainingOrder } from '../../../src/main/learner/training-order.ts'
import { exportPolicy } from '../../../src/main/policy/exchange/export-policy.ts'
import { readPolicy } from '../../../src/main/policy/policy-folder.ts'
import { PolicyStore } from '../../../src/main/policy/policy-store.ts'
import { trainOrder } from '../../../src/main/workers/train-order.ts'
import { BOX, recordEpisode, sheet, temporaryFolder } from '../dataset/synthetic.ts'

const MODULES = new URL('../../../src/main/', import.meta.url).href

/** Trains until it is told to stop, and says when its first checkpoint is there. */
const TRAIN = `
const { trainOrder } = await import(process.argv[2] + 'workers/train-order.ts')
let stop = false
let said = false
process.on('message', () => (stop = true))
const result = await trainOrder(
  JSON.parse(process.argv[3]),
  ({ type, checkpointAt }) => {
    if (said || type !== 'progress' || !checkpointAt) return
    said = true
    process.send('trains')
  },
  () => stop,
)
process.send(result)
process.disconnect()
`

/** Takes and leaves the lock of one policy, and counts in a file how often. */
const COUNT = `
const { lockPolicy } = await import(process.argv[2] + 'learner/policy-lock.ts')
const { readFileSync, writeFileSync } = await import('node:fs')
const [, , , folder, count] = process.argv
for (let done = 0; done < 100; ) {
  let lock
  try {
    lock = lockPolicy(folder)
  } catch (error) {
    if (error.problem?.code === 'policy-in-use') continue
    throw error
  }
  writeFileSync(count, String(Number(readFileSync(count, 'utf8')) + 1))
  lock.release()
  done++
}
`

function start(script: string, ...parameters: string[]): ChildProcess {
  const path = join(temporaryFolder(), 'script.mts')
  writeFileSync(path, script)
  const child = fork(path, [MODULES, ...parameters])
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

function order(changes: Partial<TrainingOrder> = {}): TrainingOrder {
  const dataset = join(temporaryFolder(), 'd.forager')
  const recorder = openRecording({ path: dataset, sheet: sheet(), box: BOX })
  for (let i = 0; i < 5; i++) recordEpisode(recorder, 60)
  recorder.close()
  return {
    id: 'p',
    folder: join(temporaryFolder(), 'p'),
    datasetPaths: [dataset],
    task: { kind: 'reach', goal: [0.4, 0.2, 0.5] },
    learner: 'td3',
    mode: 'paper',
    settings: { hidden1: 32, hidden2: 32 },
    actions: 'policy',
    seed: 7,
    updates: 50,
    resume: false,
    threads: 1,
    evaluateEvery: 25,
    ...changes,
  }
}

async function refused(wanted: TrainingOrder): Promise<Problem> {
  try {
    await trainOrder(
      wanted,
      () => undefined,
      () => false,
    )
  } catch (error) {
    return problemOf(error)
  }
  throw new Error('nothing was refused')
}

const filesOf = (folder: string): string[] => readdirSync(folder).sort()

test('a policy that another process trains is refused to a second training, which changes nothing', async () => {
  const wanted = order({ updates: 1e9 })
  const child = start(TRAIN, JSON.stringify(wanted))
  expect((await once(child, 'message'))[0]).toBe('trains')
  for (const resume of [false, true]) {
    const problem = await refused({ ...wanted, resume, updates: 10 })
    expect(problem.code).toBe('policy-in-use')
    expect(problem.message).toContain(wanted.folder)
  }
  // While it is trained it is listed and goes out like any other, without the lock.
  expect(new PolicyStore(dirname(wanted.folder)).list().map(({ path }) => path)).toEqual([wanted.folder])
  const out = join(temporaryFolder(), 'out')
  exportPolicy(wanted.folder, 'tfjs', out)
  expect(filesOf(out)).toEqual(['model.json', 'weights.bin'])

  child.send('stop')
  const [result] = (await once(child, 'message')) as [{ end: string; updates: number }]
  expect(result.end).toBe('stopped')
  expect(readPolicy(wanted.folder).sheet.updates).toBe(result.updates)
  expect(checkpointInfo(wanted.folder)?.updates).toBe(result.updates)
  const updates = new CurveLog(wanted.folder).read().map(({ update }) => update)
  expect(updates).toEqual([...new Set(updates)].sort((a, b) => a - b))
  expect(filesOf(wanted.folder)).toEqual(['checkpoint.bin', 'curve.jsonl', 'policy.json', 'weights.safetensors'])
})

test('two trainings of one process are kept apart too, and the first is as if it had been alone', async () => {
  const wanted = order()
  const [first, second] = await Promise.allSettled(
    [0, 1].map(() =>
      trainOrder(
        wanted,
        () => undefined,
        () => false,
      ),
    ),
  )
  expect(first).toMatchObject({ status: 'fulfilled', value: { end: 'done', updates: 50 } })
  expect(second).toMatchObject({ status: 'rejected', reason: { problem: { code: 'policy-in-use' } } })
  const renamed = `${wanted.folder}-renamed`
  renameSync(wanted.folder, renamed)
  const more = { ...wanted, folder: renamed, resume: true, updates: 60 }
  const resumed = await trainOrder(
    more,
    () => undefined,
    () => false,
  )
  expect(resumed).toMatchObject({ end: 'done', updates: 60, updatesDone: 10 })
})

test('a training that is refused leaves no folder behind, and nothing but what was there', async () => {
  const home = temporaryFolder()
  const missing = [join(home, 'none.forager')]
  expect((await refused(order({ folder: join(home, 'a', 'b', 'p'), datasetPaths: missing }))).code).toBe(
    'dataset-missing',
  )
  expect(filesOf(home)).toEqual([])
  mkdirSync(join(home, 'p'))
  await refused(order({ folder: join(home, 'p'), datasetPaths: missing }))
  expect(filesOf(join(home, 'p'))).toEqual([])
  writeFileSync(join(home, 'file'), 'mine')
  expect((await refused(order({ folder: join(home, 'file') }))).code).toBe('policy-folder-unusable')
  expect(readFileSync(join(home, 'file'), 'utf8')).toBe('mine')
})

test('processes that take and leave a policy as fast as they can never hold it together', async () => {
  const home = temporaryFolder()
  const count = join(home, 'count')
  writeFileSync(count, '0')
  const children = Array.from({ length: 3 }, () => start(COUNT, join(home, 'policies', 'p'), count))
  const codes = await Promise.all(children.map(async (child) => ((await once(child, 'exit')) as [number])[0]))
  expect(codes).toEqual([0, 0, 0])
  expect(readFileSync(count, 'utf8')).toBe('300')
})

test('a policy whose training was killed is free', async () => {
  const wanted = order({ updates: 1e9 })
  const child = start(TRAIN, JSON.stringify(wanted))
  await once(child, 'message')
  child.kill('SIGKILL')
  await once(child, 'exit')
  lockPolicy(wanted.folder).release()
  expect(filesOf(wanted.folder)).not.toContain('.training.lock')
})

test('what another training has made at the same place after a renaming stays its own', () => {
  const folder = join(temporaryFolder(), 'p')
  const first = lockPolicy(folder)
  renameSync(folder, `${folder}-renamed`)
  const second = lockPolicy(folder)
  first.release()
  expect(() => lockPolicy(folder)).toThrow('is being written by another training')
  second.release()
  expect(existsSync(folder)).toBe(false)
})

test.skipIf(process.getuid?.() === 0)(
  'a lock of another user, which this one may only read, is no right to train',
  () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, '.training.lock'), '')
    chmodSync(join(folder, '.training.lock'), 0o400)
    expect(() => lockPolicy(folder)).toThrow('may not write in it')
  },
)
