import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../../src/contract/problem.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { CurveLog } from '../../../src/main/learner/curve-log.ts'
import type { TrainingOrder, TrainingReport, TrainingResult } from '../../../src/main/learner/training-order.ts'
import { readPolicy } from '../../../src/main/policy/policy-folder.ts'
import { trainOrder } from '../../../src/main/workers/train-order.ts'
import { BOX, recordEpisode, sheet, temporaryFolder } from '../dataset/synthetic.ts'
import { writeLargeDataset } from './large-dataset.ts'

/** Small networks: these tests look at the bookkeeping around the learner. */
const SMALL = { hidden1: 32, hidden2: 32 }

/** A small dataset in a folder of its own. */
function dataset(episodes = 5): string {
  const path = join(temporaryFolder(), 'd.forager')
  const recorder = openRecording({ path, sheet: sheet(), box: BOX })
  for (let i = 0; i < episodes; i++) recordEpisode(recorder, 60)
  recorder.close()
  return path
}

function order(changes: Partial<TrainingOrder> = {}): TrainingOrder {
  return {
    id: 'p',
    folder: join(temporaryFolder(), 'p'),
    datasetPaths: [],
    task: { kind: 'reach', goal: [0.4, 0.2, 0.5] },
    learner: 'td3',
    mode: 'paper',
    settings: SMALL,
    actions: 'policy',
    seed: 7,
    updates: 60,
    resume: false,
    threads: 1,
    evaluateEvery: 25,
    ...changes,
  }
}

/** Long enough to be read that a stop comes before the end. */
function largeDataset(): string {
  const path = join(temporaryFolder(), 'large.forager')
  writeLargeDataset(path, 100)
  return path
}

const run = (wanted: TrainingOrder, stop: () => boolean = () => false): Promise<TrainingResult> =>
  trainOrder(wanted, () => undefined, stop)

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code
    throw error
  }
  throw new Error('nothing was refused')
}

const weights = (folder: string): unknown => readPolicy(folder).parts

describe('a training', () => {
  test('ends with a policy that acts, its curve and its origin', async () => {
    const wanted = order({ datasetPaths: [dataset()] })
    const result = await run(wanted)
    expect(result).toMatchObject({ end: 'done', problem: null, updates: 60, updatesDone: 60 })
    const { sheet: policy } = readPolicy(wanted.folder)
    expect(policy).toMatchObject({ learner: 'td3', mode: 'paper', seed: 7, updates: 60, task: wanted.task })
    expect(policy.dataset).toMatchObject({ explorer: 'random', world: 'panda', transitions: 300 })
    expect(policy.dataset?.hash).toMatch(/^[0-9a-f]{64}$/)
    const curve = new CurveLog(wanted.folder).read()
    expect(curve.map((point) => point.update)).toEqual([25, 50, 60])
    for (const point of curve) expect(point.closestM).toBeGreaterThan(0)
    expect(curve.every((point, i) => point.time > (curve[i - 1]?.time ?? 0))).toBe(true)
  })

  test('that is cut and resumed ends with the very same weights and curve', async () => {
    const path = dataset()
    const whole = order({ datasetPaths: [path] })
    await run(whole)
    const cut = order({ datasetPaths: [path] })
    await run({ ...cut, updates: 25 })
    const resumed = await run({ ...cut, resume: true })
    expect(resumed).toMatchObject({ end: 'done', updates: 60, updatesDone: 35 })
    expect(weights(cut.folder)).toEqual(weights(whole.folder))
    const losses = (folder: string): unknown =>
      new CurveLog(folder).read().map(({ update, criticLoss, closestM }) => ({ update, criticLoss, closestM }))
    expect(losses(cut.folder)).toEqual(losses(whole.folder))
  })

  test('that is stopped keeps its checkpoint and goes on from it', async () => {
    const path = dataset()
    const whole = order({ datasetPaths: [path], updates: 3000, evaluateEvery: 3000 })
    let looks = 0
    const stopped = await run(whole, () => ++looks > 2)
    expect(stopped.end).toBe('stopped')
    expect(stopped.updates).toBeLessThan(3000)
    expect(readPolicy(whole.folder).sheet.updates).toBe(stopped.updates)
    const target = stopped.updates + 10
    const resumed = await run({ ...whole, updates: target, resume: true })
    expect(resumed).toMatchObject({ end: 'done', updates: target, updatesDone: 10 })
    const straight = order({ datasetPaths: [path], updates: target, evaluateEvery: 3000 })
    await run(straight)
    expect(weights(whole.folder)).toEqual(weights(straight.folder))
  })

  test('is refused where it would overwrite, mix or use damaged data', async () => {
    const path = dataset()
    const wanted = order({ datasetPaths: [path], updates: 5 })
    await run(wanted)
    const before = readFileSync(join(wanted.folder, 'weights.safetensors'))
    expect(await codeOf(run(wanted))).toBe('policy-exists')
    const resume = { ...wanted, resume: true, updates: 10 }
    expect(await codeOf(run({ ...resume, seed: 8 }))).toBe('resume-differs')
    expect(await codeOf(run({ ...resume, mode: 'modern' }))).toBe('resume-differs')
    expect(await codeOf(run({ ...resume, task: { kind: 'reach', goal: [0.5, 0, 0.5] } }))).toBe('resume-differs')
    expect(await codeOf(run({ ...resume, datasetPaths: [dataset(4)] }))).toBe('dataset-changed')
    expect(readFileSync(join(wanted.folder, 'weights.safetensors'))).toEqual(before)
  })

  test('made twice with one seed and thread count writes the same weights file, byte for byte', async () => {
    const path = dataset()
    for (const threads of [1, 2]) {
      const files = []
      for (let time = 0; time < 2; time++) {
        const wanted = order({ datasetPaths: [path], threads })
        await run(wanted)
        files.push(readFileSync(join(wanted.folder, 'weights.safetensors')))
      }
      expect(files[1]?.equals(files[0] as Buffer)).toBe(true)
    }
  })

  test('that is stopped while its data are read touches nothing', async () => {
    const wanted = order({ datasetPaths: [largeDataset()] })
    const reports: TrainingReport[] = []
    const result = await trainOrder(
      wanted,
      (report) => reports.push(report),
      () => true,
    )
    expect(result).toMatchObject({ end: 'stopped', problem: null, updates: 0, updatesDone: 0 })
    expect(reports.every(({ type }) => type === 'loading')).toBe(true)
    expect(existsSync(wanted.folder)).toBe(false)
  })

  test('that is paused stands still with its checkpoint kept, and then ends like one that was not', async () => {
    const path = dataset()
    const wanted = order({ datasetPaths: [path], updates: 2000, evaluateEvery: 2000 })
    let paused = false
    const seen: Extract<TrainingReport, { type: 'progress' }>[] = []
    const result = await trainOrder(
      wanted,
      (report) => {
        if (report.type !== 'progress') return
        seen.push(report)
        // Pauses at the first look, looks again while it holds, then lets go.
        paused = seen.length < 6
      },
      () => false,
      () => paused,
    )
    const held = seen.filter((report) => report.paused)
    expect(held.length).toBeGreaterThan(2)
    expect(new Set(held.slice(1).map(({ update }) => update)).size).toBe(1)
    expect(held.at(-1)?.checkpointAt).toBeGreaterThan(seen[0]?.checkpointAt ?? Infinity)
    expect(result).toMatchObject({ end: 'done', updates: 2000 })
    const through = order({ datasetPaths: [path], updates: 2000, evaluateEvery: 2000 })
    await run(through)
    expect(weights(wanted.folder)).toEqual(weights(through.folder))
  })

  test('refuses a damaged checkpoint', async () => {
    const path = dataset()
    const wanted = order({ datasetPaths: [path], updates: 5 })
    await run(wanted)
    const file = join(wanted.folder, 'checkpoint.bin')
    const bytes = readFileSync(file)
    const resume = { ...wanted, resume: true, updates: 10 }
    for (const at of [9, 30, 60, bytes.length - 1]) {
      const broken = Buffer.from(bytes)
      broken[at] = (broken[at] ?? 0) ^ 1
      writeFileSync(file, broken)
      expect(await codeOf(run(resume))).toBe('checkpoint-damaged')
    }
    writeFileSync(file, bytes)
    truncateSync(file, 40)
    expect(await codeOf(run(resume))).toBe('checkpoint-damaged')
    writeFileSync(file, bytes)
    expect((await run(resume)).updates).toBe(10)
  })
})
