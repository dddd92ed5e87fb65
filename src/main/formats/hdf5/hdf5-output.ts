import type { File } from 'h5wasm/node'
import { NUMBER_KINDS, hdf5Library, hdf5Reason } from './hdf5-library.ts'
import type { NumberKind, Numbers } from './hdf5-library.ts'

/** Rows that are gathered before they are written: a chunk of the file. */
const MOST_ROWS = 4096

/** A new HDF5 file. Its memory does not grow with it. Errors of the disk are thrown with their code, e.g. `ENOSPC`. */
export class Hdf5Output {
  private readonly file: File
  private readonly open: RowWriter[] = []

  private constructor(file: File) {
    this.file = file
  }

  static async create(path: string): Promise<Hdf5Output> {
    const library = await hdf5Library()
    return new Hdf5Output(writing(() => new library.File(path, 'w')))
  }

  group(name: string): void {
    writing(() => this.file.create_group(name))
  }

  /**
   * A scalar text in UTF-8. It has a fixed length: texts of variable length lie in a heap of their own, and a damaged heap
   * can keep the library busy for ever.
   */
  text(name: string, value: string): void {
    const dtype = `S${Math.max(1, Buffer.byteLength(value))}`
    writing(() => this.file.create_dataset({ name, data: value, shape: [], dtype }))
  }

  texts(name: string, values: readonly string[]): void {
    writing(() => this.file.create_dataset({ name, data: [...values], shape: [values.length] }))
  }

  /** A small array that is written at once. */
  numbers(name: string, kind: NumberKind, values: Numbers, shape: number[] = [values.length]): void {
    writing(() => this.file.create_dataset({ name, data: values, shape, dtype: NUMBER_KINDS[kind].code }))
    this.check(name, kind)
  }

  /** A scalar attribute: an integer as int64, any other number as float64, a text in UTF-8. */
  attribute(path: string, name: string, value: bigint | number | string): void {
    writing(() => {
      const object = path === '/' ? this.file : this.file.get(path)
      if (!object || !('create_attribute' in object)) throw new Error(`there is no ${path}`)
      if (typeof value === 'string') return object.create_attribute(name, value)
      if (typeof value === 'bigint') return object.create_attribute(name, BigInt64Array.of(value), [], '<q')
      object.create_attribute(name, Float64Array.of(value), [], '<d')
    })
  }

  /**
   * A dataset that grows by rows: [n] where `width` is null, else [n, width]. It lies in chunks, so that other tools can
   * append to it. `expected`: rows in all, as far as known.
   */
  rows(name: string, kind: NumberKind, width: number | null, expected = MOST_ROWS): RowWriter {
    const writer = new RowWriter(
      { kind, width, chunk: Math.max(1, Math.min(expected, MOST_ROWS)) },
      (data, shape, maxshape, chunks) =>
        writing(() => {
          const { code } = NUMBER_KINDS[kind]
          const dataset = this.file.create_dataset({ name, data, shape, maxshape, chunks, dtype: code })
          this.check(name, kind)
          return dataset
        }),
    )
    this.open.push(writer)
    return writer
  }

  /** Writes what is gathered of all growing datasets; they are then complete. */
  flushRows(): void {
    for (const writer of this.open.splice(0)) writer.flush()
  }

  close(): void {
    this.flushRows()
    writing(() => {
      if (this.file.close() < 0) throw new Error('the file cannot be closed')
    })
  }

  /** The library takes some names of types for others: what was made is looked at. */
  private check(name: string, kind: NumberKind): void {
    const dataset = this.file.get(name)
    const { type, size, signed } = NUMBER_KINDS[kind]
    const made = dataset && 'metadata' in dataset ? dataset.metadata : null
    if (made?.type === type && made.size === size && (type === 1 || made.signed === signed)) return
    throw new Error(`${name} was not made as ${kind}`)
  }
}

interface GrowingDataset {
  resize(shape: number[]): number
  write_slice(ranges: [number, number][], data: unknown): void
}

type Create = (data: Numbers, shape: number[], maxshape: (number | null)[], chunks: number[]) => GrowingDataset

/** Rows of one growing dataset, gathered into chunks. */
export class RowWriter {
  private readonly width: number | null
  private readonly chunk: number
  private readonly block: Numbers
  private readonly create: Create
  private dataset: GrowingDataset | null = null
  /** Numbers in the block. */
  private filled = 0
  /** Rows in the file. */
  private written = 0

  constructor(of: { kind: NumberKind; width: number | null; chunk: number }, create: Create) {
    this.width = of.width
    this.chunk = of.chunk
    this.block = new NUMBER_KINDS[of.kind].array(of.chunk * (of.width ?? 1))
    this.create = create
  }

  /** Adds whole rows, row-major. */
  append(values: Numbers): void {
    for (let at = 0; at < values.length;) {
      const n = Math.min(values.length - at, this.block.length - this.filled)
      // Both are arrays of the same kind: the caller asked for it.
      this.block.set(values.subarray(at, at + n) as never, this.filled)
      this.filled += n
      at += n
      if (this.filled === this.block.length) this.flush()
    }
  }

  /** One row of one number. */
  push(value: number | bigint): void {
    this.block[this.filled] = value as never
    this.filled += 1
    if (this.filled === this.block.length) this.flush()
  }

  flush(): void {
    if (this.filled === 0 && this.dataset) return
    const rows = this.filled / (this.width ?? 1)
    const data = this.block.subarray(0, this.filled)
    const shapeOf = <T>(n: T): (T | number)[] => (this.width === null ? [n] : [n, this.width])
    const total = this.written + rows
    if (!this.dataset) this.dataset = this.create(data, shapeOf(rows), shapeOf(null), shapeOf(this.chunk))
    else this.extend(this.dataset, shapeOf(total), data)
    this.written = total
    this.filled = 0
  }

  private extend(dataset: GrowingDataset, shape: number[], data: Numbers): void {
    const rows: [number, number] = [this.written, shape[0]!]
    writing(() => {
      dataset.resize(shape)
      dataset.write_slice(this.width === null ? [rows] : [rows, [0, this.width]], data)
    })
  }
}

/** Gives errors of the disk back their code. */
function writing<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    const reason = hdf5Reason(error)
    const code = /No space left|quota exceeded/i.test(String(error))
      ? 'ENOSPC'
      : /Permission denied|Read-only file system/i.test(String(error))
        ? 'EACCES'
        : 'HDF5'
    throw Object.assign(new Error(`HDF5: ${reason}`, { cause: error }), { code })
  }
}
