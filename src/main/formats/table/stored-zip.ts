import { writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'

/** One file of an archive; its size is known before its content. */
export interface StoredEntry {
  name: string
  /** bytes */
  size: number
}

interface Place {
  name: Buffer
  size: number
  /** Where its local header begins in the archive. */
  headerAt: number
  dataAt: number
  written: number
  crc: number
  pending: Uint8Array
  pendingBytes: number
}

/** From this size or offset on the 32-bit fields of ZIP are full, and those of ZIP64 take their place. */
const FULL = 0xffffffff
const VERSION_ZIP64 = 45
const VERSION_PLAIN = 20
/** 1 January 1980, midnight: the same content gives the same bytes. */
const DATE = 0x0021
/** Bit 11: names are UTF-8. */
const UTF8_NAMES = 0x0800
/** Small pieces are gathered up to this size, bytes. */
const GATHER = 256 << 10

/**
 * Writes an archive without compression (PKWARE APPNOTE 6.3.10). The sizes are known beforehand, so every entry has its
 * place from the start and all of them can be filled side by side in one pass; nothing is held but small pieces.
 * `full` is a parameter so that the large form can be tested with small files.
 */
export class StoredZip {
  readonly #file: number
  readonly #full: number
  readonly #places: Place[]
  readonly #end: number

  constructor(file: number, entries: readonly StoredEntry[], full = FULL) {
    this.#file = file
    this.#full = full
    let at = 0
    this.#places = entries.map(({ name: text, size }) => {
      const name = Buffer.from(text, 'utf8')
      const headerAt = at
      const dataAt = at + 30 + name.length + (size >= full ? 20 : 0)
      at = dataAt + size
      const pending = new Uint8Array(Math.min(GATHER, size))
      return { name, size, headerAt, dataAt, written: 0, crc: 0, pending, pendingBytes: 0 }
    })
    this.#end = at
  }

  /** Adds bytes behind those that the entry with this index has. */
  append(index: number, bytes: Uint8Array): void {
    const place = this.#places[index]!
    place.crc = crc32(bytes, place.crc)
    if (place.pendingBytes + bytes.length > place.pending.length) this.#flush(place)
    if (bytes.length > place.pending.length - place.pendingBytes) {
      this.#writeAt(place.dataAt + place.written, bytes)
      place.written += bytes.length
    } else {
      place.pending.set(bytes, place.pendingBytes)
      place.pendingBytes += bytes.length
    }
  }

  #flush(place: Place): void {
    this.#writeAt(place.dataAt + place.written, place.pending.subarray(0, place.pendingBytes))
    place.written += place.pendingBytes
    place.pendingBytes = 0
  }

  #writeAt(position: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at, bytes.length - at, position + at)
  }

  /** Writes the headers and the directory; throws when an entry did not get all its bytes. Returns the archive's size. */
  finish(): number {
    for (const place of this.#places) {
      this.#flush(place)
      if (place.written !== place.size)
        throw new Error(`${place.name.toString()} has ${place.written} of its ${place.size} bytes`)
      this.#writeAt(place.headerAt, this.#localHeader(place))
    }
    const directory = Buffer.concat(this.#places.map((place) => this.#directoryEntry(place)))
    const tail = Buffer.concat([directory, this.#endOfDirectory(directory.length)])
    this.#writeAt(this.#end, tail)
    return this.#end + tail.length
  }

  #localHeader({ name, size, crc }: Place): Buffer {
    const large = size >= this.#full
    const extra = large ? zip64Extra([size, size]) : Buffer.alloc(0)
    const header = Buffer.alloc(30)
    header.writeUInt32LE(0x04034b50, 0)
    header.writeUInt16LE(large ? VERSION_ZIP64 : VERSION_PLAIN, 4)
    header.writeUInt16LE(UTF8_NAMES, 6)
    header.writeUInt16LE(DATE, 12)
    header.writeUInt32LE(crc, 14)
    header.writeUInt32LE(large ? FULL : size, 18)
    header.writeUInt32LE(large ? FULL : size, 22)
    header.writeUInt16LE(name.length, 26)
    header.writeUInt16LE(extra.length, 28)
    return Buffer.concat([header, name, extra])
  }

  #directoryEntry({ name, size, crc, headerAt }: Place): Buffer {
    const large = size >= this.#full
    const far = headerAt >= this.#full
    const extra =
      large || far ? zip64Extra([...(large ? [size, size] : []), ...(far ? [headerAt] : [])]) : Buffer.alloc(0)
    const entry = Buffer.alloc(46)
    const version = large || far ? VERSION_ZIP64 : VERSION_PLAIN
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(version, 4)
    entry.writeUInt16LE(version, 6)
    entry.writeUInt16LE(UTF8_NAMES, 8)
    entry.writeUInt16LE(DATE, 14)
    entry.writeUInt32LE(crc, 16)
    entry.writeUInt32LE(large ? FULL : size, 20)
    entry.writeUInt32LE(large ? FULL : size, 24)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt16LE(extra.length, 30)
    entry.writeUInt32LE(far ? FULL : headerAt, 42)
    return Buffer.concat([entry, name, extra])
  }

  #endOfDirectory(directoryBytes: number): Buffer {
    const count = this.#places.length
    const far = this.#end >= this.#full
    const end = Buffer.alloc(22)
    end.writeUInt32LE(0x06054b50, 0)
    end.writeUInt16LE(count, 8)
    end.writeUInt16LE(count, 10)
    end.writeUInt32LE(directoryBytes, 12)
    end.writeUInt32LE(far ? FULL : this.#end, 16)
    return far ? Buffer.concat([this.#largeEnd(count, directoryBytes), end]) : end
  }

  #largeEnd(count: number, directoryBytes: number): Buffer {
    const record = Buffer.alloc(56)
    record.writeUInt32LE(0x06064b50, 0)
    record.writeBigUInt64LE(44n, 4)
    record.writeUInt16LE(VERSION_ZIP64, 12)
    record.writeUInt16LE(VERSION_ZIP64, 14)
    record.writeBigUInt64LE(BigInt(count), 24)
    record.writeBigUInt64LE(BigInt(count), 32)
    record.writeBigUInt64LE(BigInt(directoryBytes), 40)
    record.writeBigUInt64LE(BigInt(this.#end), 48)
    const locator = Buffer.alloc(20)
    locator.writeUInt32LE(0x07064b50, 0)
    locator.writeBigUInt64LE(BigInt(this.#end + directoryBytes), 8)
    locator.writeUInt32LE(1, 16)
    return Buffer.concat([record, locator])
  }
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(8 * values.length, 2)
  values.forEach((value, i) => extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i))
  return extra
}
