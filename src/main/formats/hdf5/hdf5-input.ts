import { closeSync, openSync, readSync } from 'node:fs'
import type { Dataset, Entity, File } from 'h5wasm/node'
import { ForeignFileError } from '../../policy/exchange/foreign-file-error.ts'
import { hdf5Library, hdf5Reason } from './hdf5-library.ts'
import type { Hdf5Library, Numbers } from './hdf5-library.ts'

const SIGNATURE = Buffer.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a])
/** A text of more bytes than this is none that we can use. */
const MOST_TEXT_BYTES = 64 << 20
/** Rows that are read together. */
const ROWS_AHEAD = 4096
/** Classes of the library's types. */
const INTEGER = 0
const FLOAT = 1
const STRING = 3
const ENUM = 8

type AnyNumbers = Numbers | Uint8Array | Int16Array | Uint16Array | BigUint64Array

/** True for a file that begins as HDF5 files begin. */
export function looksLikeHdf5(path: string): boolean {
  const start = Buffer.alloc(SIGNATURE.length)
  try {
    const file = openSync(path, 'r')
    try {
      return readSync(file, start, 0, start.length, 0) === start.length && start.equals(SIGNATURE)
    } finally {
      closeSync(file)
    }
  } catch {
    return false
  }
}

/** An HDF5 file of another tool. Whatever the library throws is a ForeignFileError that says which part it was about. */
export class Hdf5Input {
  private readonly library: Hdf5Library
  private readonly file: File

  private constructor(library: Hdf5Library, file: File) {
    this.library = library
    this.file = file
  }

  static async open(path: string): Promise<Hdf5Input> {
    const library = await hdf5Library()
    return new Hdf5Input(
      library,
      reading('it', () => new library.File(path, 'r')),
    )
  }

  /** Names in a group, in the file's order; empty when there is no such group. */
  names(path: string): string[] {
    const group = path === '/' ? this.file : this.find(path)
    return group instanceof this.library.Group ? reading(path, () => group.keys()) : []
  }

  /** A dataset of numbers; null when there is none at that place. */
  column(path: string): Hdf5Column | null {
    const found = this.find(path)
    return found instanceof this.library.Dataset ? new Hdf5Column(path, found) : null
  }

  /** A dataset of numbers that has to be there. */
  required(path: string): Hdf5Column {
    const column = this.column(path)
    if (!column) throw new ForeignFileError('damaged', `it has no dataset "${path}"`)
    return column
  }

  /** A scalar text; null when there is none at that place. */
  text(path: string): string | null {
    const found = this.find(path)
    if (!(found instanceof this.library.Dataset)) return null
    return reading(path, () => {
      const { type, size, total_size } = found.metadata
      if (type !== STRING || size * total_size > MOST_TEXT_BYTES) return null
      const value = found.value
      return typeof value === 'string' ? value : null
    })
  }

  /** An attribute's text or number; null when there is none. */
  attribute(path: string, name: string): string | number | null {
    const found = path === '/' ? this.file : this.find(path)
    if (!found || !('get_attribute' in found)) return null
    return reading(`${path}, ${name}`, () => {
      if (!(name in found.attrs)) return null
      const value = found.get_attribute(name, false)
      return typeof value === 'bigint'
        ? Number(value)
        : typeof value === 'string' || typeof value === 'number'
          ? value
          : null
    })
  }

  private find(path: string): Entity | null {
    return reading(path, () => this.file.get(path))
  }

  close(): void {
    try {
      this.file.close()
    } catch {
      // A damaged file may not be closed in order; it was only read.
    }
  }
}

/** Says which parts of a group, that mean something only to the program that wrote them, are not taken over. */
export function leftInTheFile(file: Hdf5Input, group: string): string[] {
  const names = file.names(group)
  return names.length === 0 ? [] : [`Not taken over, for what they mean is not known: ${names.join(', ')} of infos.`]
}

/** Numbers of one dataset, read a stretch of rows at a time. Big-endian and half precision are refused. */
export class Hdf5Column {
  readonly path: string
  /** Of the dataset, [n, ...]. */
  readonly shape: number[]
  readonly rows: number
  /** Numbers in a row. */
  readonly width: number
  private readonly dataset: Dataset
  private block: { from: number; to: number; values: AnyNumbers } | null = null

  constructor(path: string, dataset: Dataset) {
    const { type, size, shape, littleEndian, enum_type } = reading(path, () => dataset.metadata)
    this.path = path
    this.dataset = dataset
    const whole = type === INTEGER || (type === ENUM && enum_type?.type === INTEGER)
    const known = (whole && [1, 2, 4, 8].includes(size)) || (type === FLOAT && (size === 4 || size === 8))
    if (!known || (!littleEndian && size > 1))
      throw new ForeignFileError('unsupported', `"${path}" has numbers of a kind that is not read here`)
    if (!shape || shape.length === 0) throw new ForeignFileError('damaged', `"${path}" has no rows`)
    if (shape.some((length) => !Number.isSafeInteger(length) || length < 0))
      throw new ForeignFileError('damaged', `"${path}" has an impossible shape`)
    this.shape = shape
    this.rows = shape[0]!
    this.width = shape.slice(1).reduce((product, length) => product * length, 1)
  }

  floats(from: number, to: number): Float32Array {
    const values = this.read(from, to)
    return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>, Number)
  }

  doubles(from: number, to: number): Float64Array {
    const values = this.read(from, to)
    return values instanceof Float64Array ? values : Float64Array.from(values as ArrayLike<number>, Number)
  }

  integers(from: number, to: number): BigInt64Array {
    const values = this.read(from, to)
    if (values instanceof BigInt64Array) return values
    return BigInt64Array.from({ length: values.length }, (_, i) => wholeNumber(values[i]!, this.path))
  }

  /** A view of rows [from, to); short stretches one after another are read together. */
  private read(from: number, to: number): AnyNumbers {
    if (to > this.rows) throw new ForeignFileError('damaged', `"${this.path}" has ${this.rows} rows, ${to} are needed`)
    if (!this.block || from < this.block.from || to > this.block.to) {
      const end = Math.max(to, Math.min(this.rows, from + ROWS_AHEAD))
      this.block = { from, to: end, values: this.load(from, end) }
    }
    const { block, width } = this
    return block.values.subarray((from - block.from) * width, (to - block.from) * width)
  }

  private load(from: number, to: number): AnyNumbers {
    const ranges: ([number, number] | [])[] = this.shape.map((_, axis) => (axis === 0 ? [from, to] : []))
    const values = reading(this.path, () => this.dataset.slice(ranges))
    if (ArrayBuffer.isView(values) && values.length === (to - from) * this.width) return values as AnyNumbers
    throw new ForeignFileError('damaged', `rows ${from} to ${to} of "${this.path}" cannot be read`)
  }
}

function wholeNumber(value: number | bigint, path: string): bigint {
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return BigInt(value)
  throw new ForeignFileError('damaged', `"${path}" has ${value} where a whole number belongs`)
}

function reading<T>(what: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof ForeignFileError) throw error
    throw new ForeignFileError('damaged', `${what} cannot be read: ${hdf5Reason(error)}`)
  }
}
