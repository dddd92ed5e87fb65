import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { STEP_LIMIT, armRow, fillArmRow, inBenchFolder, openArmDataset } from './bench-dataset.ts'
import { msOf } from './ms-of.ts'

/** The two take turns this often, so that what else uses the disk meets both alike. */
const TURNS = 10
const STEPS_PER_TURN = 100
const EPISODES_PER_TURN = 20
const STEPS_PER_EPISODE = 1000

/**
 * Steps per second that are recorded and each forced to disk before the next, as in real time. And writes of as many bytes
 * as a step puts into the log, each forced to disk likewise, with nothing around them.
 */
export function stepCommitRate(): Promise<{ steps: number; writes: number }> {
  return inBenchFolder((folder) => {
    const path = join(folder, 'bench.forager')
    const recorder = openArmDataset(path, TURNS * STEPS_PER_TURN, TURNS * STEPS_PER_TURN)
    const row = armRow()
    recorder.beginEpisode(row)
    const raw = openSync(join(folder, 'raw'), 'w')
    let [commitMs, rawMs] = [0, 0]
    for (let turn = 0; turn < TURNS; turn++) {
      const before = recorder.bytes()
      commitMs += msOf(() => {
        for (let step = 0; step < STEPS_PER_TURN; step++) {
          fillArmRow(row, turn * STEPS_PER_TURN + step)
          recorder.append(row)
          recorder.flush()
        }
      })
      const bytes = Buffer.alloc(Math.ceil((recorder.bytes() - before) / STEPS_PER_TURN), 1)
      rawMs += msOf(() => {
        for (let step = 0; step < STEPS_PER_TURN; step++) writeDurably(raw, bytes)
      })
    }
    closeSync(raw)
    recorder.close()
    const count = 1000 * TURNS * STEPS_PER_TURN
    return { steps: count / commitMs, writes: count / rawMs }
  })
}

/**
 * Bytes of signals per second that recording at full speed puts on disk, whole episodes with their checksums, and the log
 * moved into the file as usual. And of writing as many bytes to a plain file and forcing them to disk once a turn.
 */
export function episodeWriteRate(): Promise<{ recorded: number; raw: number }> {
  return inBenchFolder((folder) => {
    const path = join(folder, 'bench.forager')
    const recorder = openArmDataset(path, TURNS * EPISODES_PER_TURN * STEPS_PER_EPISODE, STEPS_PER_EPISODE)
    const row = armRow()
    const rows = Array.from({ length: STEPS_PER_EPISODE }, (_, t) => {
      const filled = armRow()
      fillArmRow(filled, t)
      return filled
    })
    const plain = openSync(join(folder, 'raw'), 'w')
    let [recordedMs, rawMs, rawBytes] = [0, 0, 0]
    for (let turn = 0; turn < TURNS; turn++) {
      recordedMs += msOf(() => {
        for (let episode = 0; episode < EPISODES_PER_TURN; episode++) {
          recorder.beginEpisode(row)
          for (const each of rows) recorder.append(each)
          recorder.endEpisode(STEP_LIMIT, new Uint8Array())
        }
        recorder.flush()
      })
      const bytes = Buffer.alloc(EPISODES_PER_TURN * STEPS_PER_EPISODE * BYTES_PER_STEP, turn + 1)
      rawMs += msOf(() => writeDurably(plain, bytes))
      rawBytes += bytes.length
    }
    closeSync(plain)
    recordedMs += msOf(() => recorder.close())
    return { recorded: (1000 * rawBytes) / recordedMs, raw: (1000 * rawBytes) / rawMs }
  })
}

/** 14 observations, 7 asked and 7 sent actions, 3 coordinates, flags in single precision; 8 bytes of time. */
const BYTES_PER_STEP = 4 * (14 + 7 + 7 + 3 + 1) + 8

function writeDurably(file: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done)
  fdatasyncSync(file)
}
