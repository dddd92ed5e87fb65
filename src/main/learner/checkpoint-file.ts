import { createHash } from 'node:crypto'
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { refusal } from '../../contract/problem.ts'
import { writeDurably } from '../platform/durable-file.ts'

/** Everything needed to continue a training bit for bit, as the learner wrote it. */
export interface Checkpoint {
  updates: number
  /** Seconds of training behind it. */
  trainedS: number
  /** Opaque: weights, targets, moments, random streams, counters. */
  state: Uint8Array
}

const FILE = 'checkpoint.bin'
const MAGIC = 'FORAGCK1'
/** Magic 8, updates f64, seconds f64, SHA-256 of those and the state 32. */
const HEADER_BYTES = 8 + 8 + 8 + 32

export function writeCheckpoint(folder: string, checkpoint: Checkpoint): void {
  const bytes = Buffer.alloc(HEADER_BYTES + checkpoint.state.length)
  bytes.write(MAGIC, 0, 'latin1')
  bytes.writeDoubleLE(checkpoint.updates, 8)
  bytes.writeDoubleLE(checkpoint.trainedS, 16)
  bytes.set(checkpoint.state, HEADER_BYTES)
  digest(bytes).copy(bytes, 24)
  mkdirSync(folder, { recursive: true })
  writeDurably(join(folder, FILE), bytes)
}

/** Null when the folder has none. Refuses a damaged one with `checkpoint-damaged`. */
export function readCheckpoint(folder: string): Checkpoint | null {
  const path = join(folder, FILE)
  if (!existsSync(path)) return null
  const bytes = readFileSync(path)
  const whole =
    bytes.length >= HEADER_BYTES &&
    bytes.toString('latin1', 0, 8) === MAGIC &&
    digest(bytes).equals(bytes.subarray(24, HEADER_BYTES))
  if (!whole)
    throw refusal(
      'checkpoint-damaged',
      `The training checkpoint ${path} is damaged. The policy in this folder can still be used; its training cannot go on.`,
      'Train it anew into another folder.',
    )
  return {
    updates: bytes.readDoubleLE(8),
    trainedS: bytes.readDoubleLE(16),
    state: new Uint8Array(bytes.subarray(HEADER_BYTES)),
  }
}

/** What a list shows of a checkpoint, without reading it whole; null when there is none. `at`: ms since the epoch. */
export function checkpointInfo(folder: string): { updates: number; trainedS: number; at: number } | null {
  const path = join(folder, FILE)
  if (!existsSync(path)) return null
  const file = openSync(path, 'r')
  try {
    const head = Buffer.alloc(HEADER_BYTES)
    if (readSync(file, head, 0, HEADER_BYTES, 0) < HEADER_BYTES || head.toString('latin1', 0, 8) !== MAGIC) return null
    return { updates: head.readDoubleLE(8), trainedS: head.readDoubleLE(16), at: fstatSync(file).mtimeMs }
  } finally {
    closeSync(file)
  }
}

function digest(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes.subarray(0, 24)).update(bytes.subarray(HEADER_BYTES)).digest()
}
