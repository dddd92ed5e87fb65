import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import type { Counts } from '../dataset-exporter.ts'

const BLOCK = 4 << 20 // bytes

interface ArrayFacts {
  shape: number[]
  /** Of the last eight bytes, as an integer; for arrays of i64 the last element. */
  last: bigint
}

/**
 * Reads an archive of arrays from its start to its directory and compares every checksum. Returns what the arrays of
 * offsets and of observations say. Throws when a byte is not as it was written.
 */
export function countArrays(path: string): Promise<Counts> {
  const file = openSync(path, 'r')
  try {
    const arrays = new Map<string, ArrayFacts>()
    for (let at = 0; at < fstatSync(file).size;) {
      const entry = readEntryHead(file, at)
      if (entry === null) break
      arrays.set(entry.name, readArray(file, entry))
      at = entry.dataAt + entry.size
    }
    const offsets = arrays.get('episode_offset.npy')
    const rows = arrays.get('observation.npy')?.shape[0]
    if (!offsets || rows === undefined) throw new Error('an array is missing')
    const episodes = offsets.shape[0]! - 1
    const transitions = Number(offsets.last)
    if (rows !== transitions + episodes) throw new Error(`observation has ${rows} rows`)
    return Promise.resolve({ episodes, transitions })
  } finally {
    closeSync(file)
  }
}

interface EntryHead {
  name: string
  size: number
  dataAt: number
  crc: number
}

/** Null at the directory. */
function readEntryHead(file: number, at: number): EntryHead | null {
  const head = take(file, at, 30)
  if (head.readUInt32LE(0) !== 0x04034b50) return null
  const nameLength = head.readUInt16LE(26)
  const extraLength = head.readUInt16LE(28)
  const tail = take(file, at + 30, nameLength + extraLength)
  const small = head.readUInt32LE(22)
  const size = small === 0xffffffff ? Number(tail.readBigUInt64LE(nameLength + 4)) : small
  const name = tail.toString('utf8', 0, nameLength)
  return { name, size, dataAt: at + 30 + nameLength + extraLength, crc: head.readUInt32LE(14) }
}

function readArray(file: number, { name, size, dataAt, crc }: EntryHead): ArrayFacts {
  const prefix = take(file, dataAt, 10)
  const header = take(file, dataAt + 10, prefix.readUInt16LE(8)).toString('latin1')
  const tuple = /'shape': \(([^)]*)\)/.exec(header)?.[1] ?? ''
  let sum = 0
  for (let done = 0; done < size; done += BLOCK)
    sum = crc32(take(file, dataAt + done, Math.min(BLOCK, size - done)), sum)
  if (sum !== crc) throw new Error(`the checksum of ${name} does not fit`)
  const shape = tuple
    .split(',')
    .filter((word) => word.trim() !== '')
    .map(Number)
  return { shape, last: take(file, dataAt + size - 8, 8).readBigInt64LE(0) }
}

function take(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  if (readSync(file, bytes, 0, length, at) !== length) throw new Error('the file ends early')
  return bytes
}
