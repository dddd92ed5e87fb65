import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** One call as failing-disk.cc wrote it down. */
export type DiskCall =
  | { kind: 'write' | 'torn'; name: string; offset: number; bytes: Buffer }
  | { kind: 'truncate'; name: string; size: number }
  | { kind: 'create' | 'unlink' | 'sync'; name: string }
  | { kind: 'rename'; name: string; to: string }
  /** Nanoseconds of the monotonic clock: when a call was delayed, and when it went on. */
  | { kind: 'stalled'; from: bigint; to: bigint }
  /** On standard output or standard error. */
  | { kind: 'said'; text: string }

/** The calls in a log, in order. A process that was killed may not have written the last one down to its end: it had not begun it. */
export function readDiskLog(path: string): DiskCall[] {
  const log = readFileSync(path)
  const calls: DiskCall[] = []
  for (let at = 0; at < log.length;) {
    const end = log.indexOf('\n', at)
    if (end === -1) return calls
    const [kind = '', first, second, name = ''] = log.toString('utf8', at, end).split(' ')
    at = end + 1
    if (kind === 'write' || kind === 'torn' || kind === 'said') {
      const bytes = log.subarray(at, at + Number(second))
      if (bytes.length < Number(second)) return calls
      at += bytes.length
      calls.push(
        kind === 'said' ? { kind, text: bytes.toString('utf8') } : { kind, name, offset: Number(first), bytes },
      )
    } else if (kind === 'truncate') calls.push({ kind, name, size: Number(first) })
    else if (kind === 'stalled') calls.push({ kind, from: BigInt(first!), to: BigInt(second!) })
    else if (kind === 'rename') calls.push({ kind, name: name.split('|')[0]!, to: name.split('|')[1]! })
    else if (kind === 'create' || kind === 'unlink' || kind === 'sync') calls.push({ kind, name })
    else throw new Error(`the log has a line that begins with ${kind}`)
  }
  return calls
}

/** Files by name. */
export type Files = ReadonlyMap<string, Buffer>

/** The files of a folder as they are now. */
export function filesIn(folder: string): Files {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]))
}

/** Writes them into a folder, which is made when missing. */
export function placeFiles(files: Files, folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes)
}

/** A file's content, whatever its name is at the moment: what is forced to disk, and the calls after that. */
interface Content {
  bytes: Buffer
  pending: Change[]
}
type Change = { offset: number; bytes: Buffer } | { size: number }
type NameChange = (names: Map<string, Content>) => void

/**
 * What a disk holds when the power fails after `calls`, beginning with `before`. Forced to disk is what a sync of the
 * file came after, and the names that a sync of the folder came after. Of the rest `luck` decides, with random() in [0, 1):
 * each write may be there, be missing or be there in part, in any order; of the changes of names the first few are there.
 */
export function afterPowerCut(before: Files, calls: readonly DiskCall[], luck: () => number): Files {
  const disk = new CachedDisk(before)
  for (const call of calls) disk.do(call)
  return disk.afterPowerCut(luck)
}

/** What a process sees after `calls`, and what is left when it is killed: every call is there. */
export function afterCalls(before: Files, calls: readonly DiskCall[]): Files {
  return afterPowerCut(before, calls, () => 0)
}

/** Files with a cache in front of the disk, as operating systems have it. */
class CachedDisk {
  /** As the process sees them. */
  private readonly names: Map<string, Content>
  /** As they are on disk, without `pendingNames`. */
  private readonly namesOnDisk: Map<string, Content>
  private pendingNames: NameChange[] = []

  constructor(files: Files) {
    this.names = new Map([...files].map(([name, bytes]) => [name, { bytes, pending: [] }]))
    this.namesOnDisk = new Map(this.names)
  }

  do(call: DiskCall): void {
    switch (call.kind) {
      case 'said':
      case 'stalled':
        return
      case 'create': {
        const content: Content = { bytes: Buffer.alloc(0), pending: [] }
        return this.rename((names) => void names.set(call.name, content))
      }
      case 'unlink':
        return this.rename((names) => void names.delete(call.name))
      case 'rename': {
        const content = this.contentOf(call.name)
        return this.rename((names) => {
          names.delete(call.name)
          names.set(call.to, content)
        })
      }
      case 'sync':
        return call.name === '.' ? this.syncNames() : settle(this.contentOf(call.name), () => 0)
      case 'truncate':
        return void this.contentOf(call.name).pending.push({ size: call.size })
      default:
        return void this.contentOf(call.name).pending.push({ offset: call.offset, bytes: call.bytes })
    }
  }

  private contentOf(name: string): Content {
    const content = this.names.get(name)
    if (!content) throw new Error(`a call on ${name}, which nobody has created`)
    return content
  }

  private rename(change: NameChange): void {
    change(this.names)
    this.pendingNames.push(change)
  }

  private syncNames(): void {
    for (const change of this.pendingNames) change(this.namesOnDisk)
    this.pendingNames = []
  }

  afterPowerCut(luck: () => number): Files {
    const kept = Math.ceil((1 - luck()) * this.pendingNames.length)
    for (const change of this.pendingNames.slice(0, kept)) change(this.namesOnDisk)
    for (const content of new Set(this.namesOnDisk.values())) settle(content, luck)
    return new Map([...this.namesOnDisk].map(([name, { bytes }]) => [name, bytes]))
  }
}

const SECTOR = 512

/** Lets the disk do what is pending, as far as `luck` goes: with 0 all of it in order, with 1 nothing. */
function settle(content: Content, luck: () => number): void {
  const fates = content.pending.map((change) => ({ change, fate: luck(), order: luck() }))
  // Writes of one file reach the disk in any order, and so does its new length.
  const ends = content.pending.map((change) => ('size' in change ? change.size : change.offset + change.bytes.length))
  const file = new GrowingFile(content.bytes, Math.max(content.bytes.length, ...ends))
  for (const { change, fate } of fates.toSorted((a, b) => a.order - b.order)) {
    if (fate >= 0.75) continue
    if ('size' in change) file.resize(change.size)
    else if (fate < 0.5) file.write(change.offset, change.bytes)
    else
      for (const [from, to] of sectorsOf(change))
        if (luck() < 0.5) file.write(change.offset + from, change.bytes.subarray(from, to))
  }
  content.pending = []
  content.bytes = file.bytes()
}

/** The pieces of a write that a disk writes whole or not at all. */
function* sectorsOf({ offset, bytes }: { offset: number; bytes: Buffer }): Generator<[number, number]> {
  for (let from = 0; from < bytes.length;) {
    const to = Math.min(bytes.length, (Math.floor((offset + from) / SECTOR) + 1) * SECTOR - offset)
    yield [from, to]
    from = to
  }
}

/** A file that never needs more than the room it gets. */
class GrowingFile {
  private readonly room: Buffer
  private length: number

  constructor(bytes: Buffer, room: number) {
    this.room = Buffer.alloc(room)
    this.length = bytes.copy(this.room)
  }

  write(offset: number, bytes: Buffer): void {
    bytes.copy(this.room, offset)
    this.length = Math.max(this.length, offset + bytes.length)
  }

  resize(size: number): void {
    if (size < this.length) this.room.fill(0, size, this.length)
    this.length = size
  }

  bytes(): Buffer {
    return this.room.subarray(0, this.length)
  }
}
