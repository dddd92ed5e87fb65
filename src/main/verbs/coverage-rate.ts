import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatasetReader } from '../dataset/dataset-reader.ts'
import { openRecording } from '../dataset/dataset-recorder.ts'
import { selectSignals } from '../dataset/episode-data.ts'
import { describeCoverages } from '../dataset/describe-coverage.ts'
import { measureCoverage } from '../dataset/measure-coverage.ts'
import { openDataset } from '../dataset/open-dataset.ts'
import { newRunSheet } from '../dataset/run-sheet.ts'
import { appVersion } from '../platform/app-version.ts'
import { pandaSpec } from '../world/panda-world.ts'
import { stepRow } from '../world/step-row.ts'

const EPISODES = 1000
const STEPS = 1000
/** Each is done so often and the best counts: other programs can only slow a pass down. */
const REPEATS = 3

/**
 * Transitions per second of the whole coverage of a million transitions of the arm: reading, comparing checksums,
 * counting, diversity. And of reading the same signals and doing nothing with them.
 */
export async function coverageRate(): Promise<{ measured: number; read: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'forager-bench-'))
  try {
    const path = join(folder, 'bench.forager')
    record(path)
    let [measured, read] = [0, 0]
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      read = Math.max(read, await rate(() => Promise.resolve(readAll(path))))
      measured = Math.max(measured, await rate(() => coverageOf(path)))
    }
    return { measured, read }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function rate(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (1000 * EPISODES * STEPS) / (performance.now() - startedAt)
}

/** Smooth motions with arbitrary but fixed phases, over all of the box and most of the joints' limits. */
function record(path: string): void {
  const spec = pandaSpec('panda', 'in-process')
  const choices = { explorer: 'random', mode: 'paper', settings: {}, seed: 0, target: EPISODES * STEPS }
  const texts = { operator: '', notes: '', appVersion: appVersion() }
  const sheet = newRunSheet(path, spec, { ...choices, ...texts, stepsPerEpisode: STEPS })
  const recorder = openRecording({ path, sheet, box: spec.tooltipBox })
  const row = stepRow(spec.observation.length, spec.action.length)
  const wave = (i: number, t: number): number => Math.sin(1.7 * i + 0.013 * t * (1 + (i % 5)))
  for (let t = 0; t < EPISODES * STEPS; t++) {
    if (t % STEPS === 0) recorder.beginEpisode(row)
    for (let i = 0; i < row.observation.length; i++) row.observation[i] = 1.5 * wave(i, t)
    for (let i = 0; i < row.action.length; i++) row.action[i] = wave(i + 20, t)
    for (let i = 0; i < 3; i++) row.tooltip[i] = 0.45 + 0.4 * wave(i + 30, t)
    row.tickTime[0] = BigInt(t) * 50_000_000n
    recorder.append(row)
    if (t % STEPS === STEPS - 1)
      recorder.endEpisode({ reason: 'step-limit', message: '', stopCode: '', stopTitle: '' }, new Uint8Array())
  }
  recorder.close()
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
