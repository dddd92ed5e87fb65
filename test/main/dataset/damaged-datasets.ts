import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { ProblemError } from '../../../src/contract/problem.ts'
import { checkFile } from '../../../src/main/dataset/audit/check-dataset.ts'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { recoverDataset } from '../../../src/main/dataset/recover.ts'
import { stepRow } from '../../../src/main/world/step-row.ts'
import { Mutations } from '../policy/mutations.ts'
import { BOX, fillRow, recordEpisode, sheet, temporaryFolder } from './synthetic.ts'

const STEPS = [30, 1, 45, 20]
const CUT_AT = 25

/** What became of damaged datasets. */
export interface DamageTally {
  refused: number
  /** Opened, and the check told what is wrong. */
  told: number
  /** Opened and sound: exactly what was recorded. */
  sound: number
  codes: Record<string, number>
}

/** A dataset of some episodes as it is in the middle of the next one, after a power cut there: the file and its log. */
function cutDataset(): { file: Buffer; log: Buffer } {
  const path = join(temporaryFolder(), 'a.forager')
  const recorder = openRecording({ path, sheet: sheet(), box: BOX })
  for (const steps of STEPS) recordEpisode(recorder, steps)
  const row = stepRow(14, 7)
  fillRow(row, STEPS.length + 1, 0)
  recorder.beginEpisode(row)
  for (let t = 1; t <= CUT_AT; t++) {
    fillRow(row, STEPS.length + 1, t)
    recorder.append(row)
    if (t % 5 === 0) recorder.flush()
  }
  const cut = { file: readFileSync(path), log: readFileSync(`${path}-wal`) }
  recorder.close()
  return cut
}

/** The same dataset, closed well. */
function healedDataset({ file, log }: { file: Buffer; log: Buffer }): Buffer {
  const path = join(temporaryFolder(), 'a.forager')
  writeFileSync(path, file)
  writeFileSync(`${path}-wal`, log)
  recoverDataset(path)
  return readFileSync(path)
}

/**
 * Damages a dataset `count` times, in turn one that was closed well, one that was cut, and the log of that one. Each is
 * healed, opened, checked and read: it is refused in words, or the check tells of the damage, or all that is there is what
 * was recorded. A damaged log costs what is behind the damage, as a power cut does, and no more than the whole log.
 */
export async function damageDatasets(seed: number, count: number): Promise<DamageTally> {
  const mutations = new Mutations(seed)
  const cut = cutDataset()
  const healed = healedDataset(cut)
  const tally: DamageTally = { refused: 0, told: 0, sound: 0, codes: {} }
  const folder = temporaryFolder()
  for (let round = 0; round < count; round++) {
    const path = join(folder, 'd.forager')
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(path + end, { force: true })
    const part = round % 3
    writeFileSync(path, part === 0 ? mutations.bytes(healed) : part === 1 ? mutations.bytes(cut.file) : cut.file)
    if (part > 0) writeFileSync(`${path}-wal`, part === 2 ? mutations.bytes(cut.log) : cut.log)
    await judgeDamaged(path, `round ${round} of seed ${seed}`, part === 2, tally)
  }
  return tally
}

async function judgeDamaged(path: string, what: string, logIsDamaged: boolean, tally: DamageTally): Promise<void> {
  try {
    recoverDataset(path)
    const report = await checkFile(path, { signal: new AbortController().signal, progress: () => undefined })
    if (report?.ok !== true) {
      tally.told += 1
      return
    }
    const numbers = readAll(path, what)
    if (!logIsDamaged) expect(numbers, what).toEqual([...STEPS.keys(), STEPS.length].map((i) => i + 1))
    tally.sound += 1
  } catch (error) {
    if (!(error instanceof ProblemError)) throw new Error(`${what}: ${String(error)}`, { cause: error })
    const { code, message, tip } = error.problem
    expect([message, tip], what).not.toContain('')
    tally.refused += 1
    tally.codes[code] = (tally.codes[code] ?? 0) + 1
  }
}

/** Compares every step that is there with what was recorded. Returns the numbers of the episodes. */
function readAll(path: string, what: string): number[] {
  const reader = new DatasetReader(path)
  try {
    const row = stepRow(14, 7)
    const numbers = reader.episodeNumbers()
    for (const number of numbers) {
      const { steps, observations } = reader.trainingEpisode(number)
      for (let t = 0; t <= steps; t++) {
        fillRow(row, number, t)
        expect(observations.subarray(14 * t, 14 * (t + 1)), `${what}: episode ${number}, step ${t}`).toEqual(
          row.observation,
        )
      }
    }
    return numbers
  } finally {
    reader.close()
  }
}
