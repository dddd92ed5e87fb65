import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { checkpointInfo, readCheckpoint, writeCheckpoint } from '../../../src/main/learner/checkpoint-file.ts'
import type { TrainingOrder } from '../../../src/main/learner/training-order.ts'
import { trainOrder } from '../../../src/main/workers/train-order.ts'
import { BOX, recordEpisode, refusalCode, sheet, temporaryFolder } from '../dataset/synthetic.ts'
import { Mutations } from '../policy/mutations.ts'

const FILE = 'checkpoint.bin'
const CHECKPOINT = {
  updates: 1234,
  trainedS: 5.5,
  state: Uint8Array.from({ length: 3000 }, (_, i) => (i * 37) % 251),
}

describe('a checkpoint file', () => {
  test('gives back what was written', () => {
    const folder = temporaryFolder()
    expect(readCheckpoint(folder)).toBeNull()
    expect(checkpointInfo(folder)).toBeNull()
    writeCheckpoint(folder, CHECKPOINT)
    expect(readCheckpoint(folder)).toEqual(CHECKPOINT)
    expect(checkpointInfo(folder)).toMatchObject({ updates: 1234, trainedS: 5.5 })
  })

  test('damaged a thousand times is refused each time, and a look at it does not fail', () => {
    const folder = temporaryFolder()
    writeCheckpoint(folder, CHECKPOINT)
    const path = join(folder, FILE)
    const whole = readFileSync(path)
    const damage = new Mutations(40)
    for (let round = 0; round < 1000; round++) {
      const bytes = Buffer.from(damage.bytes(whole))
      if (bytes.equals(whole)) continue
      writeFileSync(path, bytes)
      expect(refusalCode(() => readCheckpoint(folder))).toBe('checkpoint-damaged')
      checkpointInfo(folder)
    }
  })
})

describe('a whole checkpoint file of something else', () => {
  /** A folder with a training of 5 updates, and the order that made it. */
  async function trained(changes: Partial<TrainingOrder> = {}): Promise<TrainingOrder> {
    const folder = temporaryFolder()
    const path = join(folder, 'd.forager')
    const recorder = openRecording({ path, sheet: sheet(), box: BOX })
    recordEpisode(recorder, 60)
    recorder.close()
    const order: TrainingOrder = {
      id: 'p',
      folder: join(folder, 'p'),
      datasetPaths: [path],
      task: { kind: 'reach', goal: [0.4, 0.2, 0.5] },
      learner: 'td3',
      mode: 'paper',
      settings: { hidden1: 16, hidden2: 16 },
      actions: 'policy',
      seed: 7,
      updates: 5,
      resume: false,
      threads: 1,
      evaluateEvery: 5,
      ...changes,
    }
    await run(order)
    return order
  }

  const run = (order: TrainingOrder) =>
    trainOrder(
      order,
      () => undefined,
      () => false,
    )

  const resuming = (order: TrainingOrder) => run({ ...order, resume: true, updates: 10 })

  test('is refused before the curve and the policy are touched, and the right one still continues', async () => {
    const order = await trained()
    const own = readCheckpoint(order.folder)!
    const others = [
      { ...own, updates: 6 }, // says another update than its state
      { ...own, state: own.state.subarray(0, own.state.length - 4) },
      { ...own, state: new Uint8Array(0) },
      readCheckpoint((await trained({ learner: 'iql' })).folder)!,
      readCheckpoint((await trained({ mode: 'modern' })).folder)!,
      readCheckpoint((await trained({ settings: { hidden1: 17, hidden2: 16 } })).folder)!,
    ]
    const files = ['curve.jsonl', 'weights.safetensors', 'policy.json']
    const hash = () =>
      files.map((file) =>
        createHash('sha256')
          .update(readFileSync(join(order.folder, file)))
          .digest('hex'),
      )
    const before = hash()
    for (const other of others) {
      writeCheckpoint(order.folder, other)
      await expect(resuming(order)).rejects.toMatchObject({ problem: { code: 'checkpoint-damaged' } })
      expect(hash()).toEqual(before)
    }
    writeCheckpoint(order.folder, own)
    expect(await resuming(order)).toMatchObject({ end: 'done', updates: 10, updatesDone: 5 })
  })
})
