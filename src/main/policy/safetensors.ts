/**
 * Reader and writer of the safetensors file format, float32 only.
 * Layout: u64 little-endian header size; UTF-8 JSON header, padded with spaces so that the data begin on a multiple
 * of 8; row-major little-endian data. `data_offsets` count from the start of the data and cover them without holes.
 */
export interface Tensor {
  shape: number[]
  values: Float32Array
}

export interface TensorFile {
  tensors: Map<string, Tensor>
  /** Text only; numbers are written as text. */
  metadata: Record<string, string>
}

/** Header size that readers of the format accept at most, bytes. */
const HEADER_LIMIT = 100_000_000

/** Thrown by readTensors: what is wrong with the bytes. */
export class TensorFileError extends Error {}

/** The bytes of a file. Throws TensorFileError when a shape and its number of values differ. */
export function writeTensors(file: TensorFile): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: file.metadata }
  let end = 0
  for (const [name, { shape, values }] of file.tensors) {
    if (elements(shape) !== values.length) throw new TensorFileError(`${name}: shape and number of values differ`)
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + 4 * values.length] }
    end += 4 * values.length
  }
  const text = Buffer.from(JSON.stringify(header), 'utf8')
  const headerSize = Math.ceil((8 + text.length) / 8) * 8 - 8
  const bytes = new Uint8Array(8 + headerSize + end).fill(0x20, 8, 8 + headerSize)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(headerSize), true)
  bytes.set(text, 8)
  let at = 8 + headerSize
  for (const { values } of file.tensors.values())
    for (const value of values) {
      view.setFloat32(at, value, true)
      at += 4
    }
  return bytes
}

/** Reads float32 tensors. Throws TensorFileError when the bytes are not a whole safetensors file of that kind. */
export function readTensors(bytes: Uint8Array): TensorFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { header, dataStart } = readHeader(bytes, view)
  const tensors = new Map<string, Tensor>()
  let metadata: Record<string, string> = {}
  const spans: [number, number][] = []
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      metadata = readMetadata(entry)
      continue
    }
    const { shape, begin, end } = readEntry(name, entry)
    if (dataStart + end > bytes.length) throw new TensorFileError(`${name}: the file ends before its data`)
    const values = new Float32Array(elements(shape))
    for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(dataStart + begin + 4 * i, true)
    tensors.set(name, { shape, values })
    spans.push([begin, end])
  }
  checkCover(spans, bytes.length - dataStart)
  return { tensors, metadata }
}

function readHeader(bytes: Uint8Array, view: DataView): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < 8) throw new TensorFileError('the file is shorter than its header')
  const size = Number(view.getBigUint64(0, true))
  if (size > HEADER_LIMIT || 8 + size > bytes.length) throw new TensorFileError('the header is longer than the file')
  let header: unknown
  try {
    header = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + 8, size).toString('utf8'))
  } catch {
    throw new TensorFileError('the header is not JSON')
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw new TensorFileError('the header is not an object')
  return { header: header as Record<string, unknown>, dataStart: 8 + size }
}

function readMetadata(entry: unknown): Record<string, string> {
  if (typeof entry !== 'object' || entry === null) throw new TensorFileError('the metadata is not an object')
  for (const value of Object.values(entry))
    if (typeof value !== 'string') throw new TensorFileError('a metadata value is not text')
  return entry as Record<string, string>
}

function readEntry(name: string, entry: unknown): { shape: number[]; begin: number; end: number } {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>
  if (dtype !== 'F32') throw new TensorFileError(`${name}: data type ${String(dtype)}, expected F32`)
  if (!isCounts(shape)) throw new TensorFileError(`${name}: no valid shape`)
  if (!isCounts(offsets) || offsets.length !== 2) throw new TensorFileError(`${name}: no valid data offsets`)
  const [begin = 0, end = 0] = offsets
  if (end - begin !== 4 * elements(shape)) throw new TensorFileError(`${name}: shape and number of bytes differ`)
  return { shape, begin, end }
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0)
}

function checkCover(spans: [number, number][], size: number): void {
  let covered = 0
  for (const [begin, end] of spans.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (begin !== covered) throw new TensorFileError('the tensors overlap or leave a hole')
    covered = end
  }
  if (covered !== size) throw new TensorFileError('the tensors do not cover the data')
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}
