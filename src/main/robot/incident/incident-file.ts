import { createHash } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { deflate, inflate } from 'node:zlib'
import { incidentHeadSchema } from '../../../contract/incident.ts'
import type { IncidentHead } from '../../../contract/incident.ts'
import { refusal } from '../../../contract/problem.ts'

/*
 * One incident, one file: 8 bytes "FORGINC1", the length of the head (u32 little-endian), the head as UTF-8 JSON, 32 bytes
 * SHA-256 of everything before and after them, then the signals (f32 little-endian, column-major [columns, samples])
 * as one zlib stream. The head can be read without the signals.
 */
const MAGIC = Buffer.from('FORGINC1', 'latin1')
const LENGTH_AT = MAGIC.length
const HEAD_AT = LENGTH_AT + 4
const DIGEST_BYTES = 32
const MOST_HEAD = 4 * 2 ** 20 // bytes
const deflated = promisify(deflate)
const inflated = promisify<Uint8Array, Buffer>(inflate)

export const INCIDENT_EXTENSION = '.incident'

/** Writes durably and without a moment in which the file is torn; nothing of it blocks the calling thread. */
export async function writeIncident(path: string, head: IncidentHead, signals: Float32Array): Promise<void> {
  const json = Buffer.from(JSON.stringify(head), 'utf8')
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  const packed = await deflated(new Uint8Array(signals.buffer, signals.byteOffset, signals.byteLength))
  const before = Buffer.concat([MAGIC, length, json])
  const bytes = Buffer.concat([before, digestOf(before, packed), packed])
  const beside = join(dirname(path), `.${basename(path)}.partial`)
  try {
    const file = await open(beside, 'w')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

/** The head alone. Refuses with `incident-damaged`. */
export async function readIncidentHead(path: string): Promise<{ head: IncidentHead; bytes: number }> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const start = Buffer.alloc(HEAD_AT)
    await file.read(start, 0, HEAD_AT, 0)
    const json = Buffer.alloc(headLength(path, start, size))
    await file.read(json, 0, json.length, HEAD_AT)
    return { head: parseHead(path, json), bytes: size }
  } finally {
    await file.close()
  }
}

/** All of it, checked against its digest. Refuses with `incident-damaged`. */
export async function readIncident(path: string): Promise<{ head: IncidentHead; signals: Float32Array }> {
  const bytes = await readFile(path)
  const end = HEAD_AT + headLength(path, bytes, bytes.length)
  const before = bytes.subarray(0, end)
  const packed = bytes.subarray(end + DIGEST_BYTES)
  if (!digestOf(before, packed).equals(bytes.subarray(end, end + DIGEST_BYTES))) throw damaged(path, 'wrong SHA-256')
  const head = parseHead(path, before.subarray(HEAD_AT))
  const raw = await inflated(packed)
  const count = head.samples * head.columns.length
  if (raw.length !== 4 * count) throw damaged(path, `${raw.length} bytes of signals, ${4 * count} announced`)
  const signals = new Float32Array(count)
  new Uint8Array(signals.buffer).set(raw)
  return { head, signals }
}

function headLength(path: string, start: Buffer, size: number): number {
  if (start.length < HEAD_AT || !start.subarray(0, MAGIC.length).equals(MAGIC))
    throw damaged(path, 'not an incident record')
  const length = start.readUInt32LE(LENGTH_AT)
  if (length > MOST_HEAD || HEAD_AT + length + DIGEST_BYTES > size) throw damaged(path, 'the file ends within its head')
  return length
}

function parseHead(path: string, json: Buffer): IncidentHead {
  try {
    return incidentHeadSchema.parse(JSON.parse(json.toString('utf8')))
  } catch (error) {
    throw damaged(path, String(error))
  }
}

function digestOf(...parts: Uint8Array[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function damaged(path: string, details: string): Error {
  return refusal(
    'incident-damaged',
    `The incident record ${basename(path)} cannot be read. The arm and the datasets are not affected.`,
    'Restore the file from a backup, or move it away.',
    details,
  )
}

/** Windows cannot open folders and needs no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
