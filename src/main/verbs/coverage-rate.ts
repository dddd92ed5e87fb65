import { join } from 'node:path'
import { DatasetReader } from '../dataset/dataset-reader.ts'
import { selectSignals } from '../dataset/episode-data.ts'
import { describeCoverages } from '../dataset/coverage/describe-coverage.ts'
import { measureCoverage } from '../dataset/coverage/measure-coverage.ts'
import { openDataset } from '../dataset/open-dataset.ts'
import { inBenchFolder, writeArmDataset } from './bench-dataset.ts'

const EPISODES = 1000
const STEPS = 1000
/** Each is done so often and the best counts: other programs can only slow a pass down. */
const REPEATS = 3

/**
 * Transitions per second of the whole coverage of a million transitions of the arm: reading, comparing checksums,
 * counting, diversity. And of reading the same signals and doing nothing with them.
 */
export async function coverageRate(): Promise<{ measured: number; read: number }> {
  return inBenchFolder(async (folder) => {
    const path = join(folder, 'bench.forager')
    writeArmDataset(path, EPISODES, STEPS)
    let [measured, read] = [0, 0]
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      read = Math.max(read, await rate(() => Promise.resolve(readAll(path))))
      measured = Math.max(measured, await rate(() => coverageOf(path)))
    }
    return { measured, read }
  })
}

async function rate(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (1000 * EPISODES * STEPS) / (performance.now() - startedAt)
}

/** Every signal of every episode out of the file, and nothing else. */
function readAll(path: string): void {
  const reader = new DatasetReader(path)
  const db = openDataset(path, { readonly: true })
  const read = db.prepare<[number]>(selectSignals(reader.shape))
  for (const episode of reader.episodeNumbers()) read.get(episode)
  db.close()
  reader.close()
}

async function coverageOf(path: string): Promise<void> {
  const watch = { signal: new AbortController().signal, progress: () => undefined }
  const result = await measureCoverage(path, watch)
  if (result) await describeCoverages([{ id: path, measurement: result.measurement }])
}
