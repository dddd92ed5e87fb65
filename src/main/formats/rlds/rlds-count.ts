import { closeSync, fstatSync, openSync, readFileSync, readSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { maskedCrc32c } from './crc32c.ts'
import type { Counts } from '../dataset-exporter.ts'

/**
 * Reads every record of the shards in a folder and compares both of its checksums; an episode has one step more than
 * transitions. Throws when a byte is not as it was written, or a shard has not as many episodes as the folder says.
 */
export function countFolder(folder: string): Counts {
  const info = JSON.parse(readFileSync(join(folder, 'dataset_info.json'), 'utf8')) as {
    splits: { shardLengths: string[] }[]
  }
  const lengths = info.splits[0]!.shardLengths.map(Number)
  const shards = readdirSync(folder)
    .filter((name) => name.includes('.tfrecord-'))
    .sort()
  const counts = { episodes: 0, transitions: 0 }
  shards.forEach((name, i) => {
    let here = 0
    for (const payload of records(join(folder, name))) {
      here += 1
      counts.transitions += stepsOf(payload) - 1
    }
    if (here !== lengths[i]) throw new Error(`${name} has ${here} episodes instead of ${lengths[i]}`)
    counts.episodes += here
  })
  if (shards.length !== lengths.length) throw new Error('a shard is missing')
  return counts
}

function* records(path: string): Generator<Buffer> {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    for (let at = 0; at < size;) {
      const head = take(file, at, 12)
      if (maskedCrc32c(head.subarray(0, 8)) !== head.readUInt32LE(8))
        throw new Error(`a length at byte ${at} is damaged`)
      const length = Number(head.readBigUInt64LE(0))
      const body = take(file, at + 12, length + 4)
      const payload = body.subarray(0, length)
      if (maskedCrc32c(payload) !== body.readUInt32LE(length)) throw new Error(`the record at byte ${at} is damaged`)
      yield payload
      at += length + 16
    }
  } finally {
    closeSync(file)
  }
}

function take(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  if (readSync(file, bytes, 0, length, at) !== length) throw new Error('a shard ends early')
  return bytes
}

/** How many values the list `steps/is_first` of an example has: one byte each, as all of them are 0 or 1. */
function stepsOf(payload: Buffer): number {
  const name = 'steps/is_first'
  const at = payload.indexOf(`\n${String.fromCharCode(name.length)}${name}`, 0, 'latin1')
  if (at < 0) throw new Error('an episode has no steps')
  // Behind the name: value (key 2, length), int64 list (key 3, length), packed values (key 1, length).
  let cursor = at + 2 + name.length
  let length = 0
  for (let level = 0; level < 3; level++) {
    cursor += 1
    length = 0
    for (let shift = 0, more = true; more; shift += 7) {
      const byte = payload[cursor++]!
      length += (byte & 127) * 2 ** shift
      more = byte > 127
    }
  }
  return length
}
