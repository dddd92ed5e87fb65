import type { ColumnMetaData, PageHeader, SchemaElement } from 'hyparquet'
import { ForeignFileError } from '../../policy/exchange/foreign-file-error.ts'
import type { ParquetLibrary } from './parquet-library.ts'

/** Levels of a column: how often its value may be missing, and repeat. */
interface Levels {
  definition: number
  repetition: number
}

/** More values than this are in no page, whatever its header says. */
const MOST_VALUES = 1 << 26

/**
 * Walks the pages of a column chunk and the runs of its levels and dictionary indexes (Parquet encodings, RLE/bit-packed
 * hybrid) before the library decodes them: it believes any count that a damaged file names, and would fill memory for
 * minutes. Throws ForeignFileError for a run that is longer than its page.
 */
export function refuseDamagedPages(
  chunk: Uint8Array,
  { codec, num_values, path_in_schema }: ColumnMetaData,
  schema: readonly SchemaElement[],
  library: ParquetLibrary,
): void {
  const levels = levelsOf(path_in_schema, schema)
  const reader = { view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength), offset: 0 }
  let values = 0n
  while (reader.offset < chunk.length - 1 && values < num_values) {
    const header = library.parquetHeader(reader)
    const size = Number(header.compressed_page_size)
    if (!(size >= 0 && reader.offset + size <= chunk.length)) throw damaged('a page is longer than its column')
    const bytes = chunk.subarray(reader.offset, reader.offset + size)
    reader.offset += size
    const unpack = (packed: Uint8Array, length: number): Uint8Array => {
      if (!(length >= 0 && length <= MOST_VALUES * 8)) throw damaged('a page has an impossible size')
      return library.decompressPage(packed, length, codec, library.compressors)
    }
    values += BigInt(checkPage(header, bytes, levels, unpack))
  }
  if (values > num_values) throw damaged('its pages have more values than its column')
}

type Unpack = (packed: Uint8Array, length: number) => Uint8Array

/** Number of values of the page; 0 for a dictionary. */
function checkPage(header: PageHeader, bytes: Uint8Array, levels: Levels, unpack: Unpack): number {
  const { uncompressed_page_size: size, data_page_header: one, data_page_header_v2: two } = header
  const dictionary = header.dictionary_page_header
  const count = (dictionary ?? one ?? two)?.num_values
  if (count === undefined || !(count >= 0 && count <= MOST_VALUES)) throw damaged('a page has an impossible count')
  if (header.type === 'DICTIONARY_PAGE') return 0
  if (header.type === 'DATA_PAGE_V2' && two) {
    const { repetition_levels_byte_length: r, definition_levels_byte_length: d, num_nulls, encoding } = two
    if (!(r >= 0 && d >= 0 && r + d <= bytes.length)) throw damaged('the levels of a page are longer than it')
    if (levels.repetition > 0) checkRuns(bytes.subarray(0, r), levels.repetition, count)
    if (levels.definition > 0) checkRuns(bytes.subarray(r, r + d), levels.definition, count)
    if (!isRuns(encoding)) return count
    const packed = bytes.subarray(r + d)
    checkIndexes(two.is_compressed === false ? packed : unpack(packed, size - r - d), encoding, count - num_nulls)
    return count
  }
  if (header.type !== 'DATA_PAGE' || !one) throw damaged('a page is of an unknown kind')
  const page = unpack(bytes, size)
  let at = 0
  for (const level of [levels.repetition, levels.definition]) {
    if (level === 0) continue
    const length = lengthAt(page, at)
    checkRuns(page.subarray(at + 4, at + 4 + length), level, count)
    at += 4 + length
  }
  // Without the levels the number of values that are there is not known; runs end with the page.
  if (isRuns(one.encoding)) checkIndexes(page.subarray(at), one.encoding, count)
  return count
}

const isRuns = (encoding: string): boolean => ['RLE', 'RLE_DICTIONARY', 'PLAIN_DICTIONARY'].includes(encoding)

/** Indexes into a dictionary begin with their width, truth values with their length. */
function checkIndexes(page: Uint8Array, encoding: string, count: number): void {
  if (count === 0) return
  if (encoding === 'RLE') return walkRuns(page.subarray(4, 4 + lengthAt(page, 0)), 1, count)
  const width = page[0] ?? 33
  if (width > 32) throw damaged('an index has more than 32 bits')
  walkRuns(page.subarray(1), width, count)
}

function lengthAt(page: Uint8Array, at: number): number {
  if (at + 4 > page.length) throw damaged('a page ends early')
  const length = new DataView(page.buffer, page.byteOffset + at, 4).getUint32(0, true)
  if (at + 4 + length > page.length) throw damaged('the levels of a page are longer than it')
  return length
}

function checkRuns(bytes: Uint8Array, highest: number, count: number): void {
  walkRuns(bytes, 32 - Math.clz32(highest), count)
}

/** Runs of values of `width` bits: none may be longer than what is left; groups of eight may be padded. */
function walkRuns(bytes: Uint8Array, width: number, count: number): void {
  let at = 0
  let left = count
  while (left > 0 && at < bytes.length) {
    let header = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined || shift > 28) throw damaged('a run has no length')
      header += (byte & 127) * 2 ** shift
      if (byte < 128) break
    }
    const packed = header % 2 === 1
    const length = packed ? 8 * ((header - 1) / 2) : header / 2
    if (length > left + (packed ? 7 : 0)) throw damaged('a run is longer than its page')
    left -= length
    at += packed ? (length / 8) * width : (width + 7) >> 3
  }
}

/** A level for each element on the way to the values that may be missing; repeated ones count for both. */
function levelsOf(path: readonly string[], schema: readonly SchemaElement[]): Levels {
  const levels = { definition: 0, repetition: 0 }
  let at = 0
  for (const name of path) {
    at = childOf(schema, at, name)
    const { repetition_type } = schema[at]!
    if (repetition_type === 'OPTIONAL' || repetition_type === 'REPEATED') levels.definition += 1
    if (repetition_type === 'REPEATED') levels.repetition += 1
  }
  return levels
}

/** Place of a child by its name in the flat schema, where each element stands before its children. */
function childOf(schema: readonly SchemaElement[], parent: number, name: string): number {
  let at = parent + 1
  for (let child = schema[parent]?.num_children ?? 0; child > 0 && at < schema.length; child--) {
    if (schema[at]?.name === name) return at
    // Over its own children to the next one.
    let open = schema[at]?.num_children ?? 0
    for (at++; open > 0 && at < schema.length; open--) open += schema[at++]?.num_children ?? 0
  }
  throw damaged(`its schema has no ${name}`)
}

function damaged(why: string): ForeignFileError {
  return new ForeignFileError('damaged', why)
}
