import { ForeignFileError } from './foreign-file-error.ts'

/**
 * The wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding), as far as ONNX files use it.
 * A message is a row of fields: a key (number << 3 | wire type), then a varint, 4 or 8 bytes, or a length and bytes.
 */
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

/** Collects the fields of one message. */
export class ProtoWriter {
  readonly #parts: Uint8Array[] = []

  /** int32, int64, enum; negative numbers take ten bytes, as the format wants. */
  integer(field: number, value: number): this {
    this.#parts.push(varint((field << 3) | WIRE.varint), varint(value))
    return this
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setFloat32(0, value, true)
    this.#parts.push(varint((field << 3) | WIRE.fixed32), bytes)
    return this
  }

  bytes(field: number, value: Uint8Array): this {
    this.#parts.push(varint((field << 3) | WIRE.bytes), varint(value.length), value)
    return this
  }

  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value, 'utf8'))
  }

  message(field: number, fill: (inner: ProtoWriter) => void): this {
    const inner = new ProtoWriter()
    fill(inner)
    return this.bytes(field, inner.finish())
  }

  finish(): Uint8Array {
    return Buffer.concat(this.#parts)
  }
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  do {
    const low = Number(rest & 0x7fn)
    rest >>= 7n
    bytes.push(rest > 0n ? low | 0x80 : low)
  } while (rest > 0n)
  return Uint8Array.from(bytes)
}

/** One field as it stands in the file. */
export interface ProtoField {
  number: number
  wire: number
  /** Of a varint, signed, to the precision of a double; 0 for other wire types. */
  integer: number
  /** Contents of any other wire type. */
  bytes: Uint8Array
}

/** The fields of one message in their order. Throws ForeignFileError when the bytes are no whole message. */
export function* readFields(bytes: Uint8Array): Generator<ProtoField> {
  const cursor = { bytes, at: 0 }
  while (cursor.at < bytes.length) {
    const key = readVarint(cursor)
    const number = Math.floor(key / 8)
    const wire = key % 8
    if (number < 1) throw damaged('a field has no number')
    if (wire === WIRE.varint) yield { number, wire, integer: readVarint(cursor), bytes: new Uint8Array() }
    else yield { number, wire, integer: 0, bytes: take(cursor, lengthOf(wire, cursor)) }
  }
}

interface Cursor {
  bytes: Uint8Array
  at: number
}

function lengthOf(wire: number, cursor: Cursor): number {
  if (wire === WIRE.fixed64) return 8
  if (wire === WIRE.fixed32) return 4
  if (wire === WIRE.bytes) return readVarint(cursor)
  throw damaged(`a field has the unknown wire type ${wire}`)
}

function take(cursor: Cursor, length: number): Uint8Array {
  if (length < 0 || cursor.at + length > cursor.bytes.length) throw damaged('it ends in the middle of a field')
  cursor.at += length
  return cursor.bytes.subarray(cursor.at - length, cursor.at)
}

function readVarint(cursor: Cursor): number {
  let value = 0n
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = cursor.bytes[cursor.at++]
    if (byte === undefined) throw damaged('it ends in the middle of a number')
    value |= BigInt(byte & 0x7f) << shift
    if (byte < 0x80) return Number(BigInt.asIntN(64, value))
  }
  throw damaged('it holds a number of more than ten bytes')
}

/** Integers of a field that may be packed or not. */
export function integersOf(field: ProtoField): number[] {
  if (field.wire === WIRE.varint) return [field.integer]
  if (field.wire !== WIRE.bytes) throw damaged('a list of integers has the wrong wire type')
  const cursor = { bytes: field.bytes, at: 0 }
  const values: number[] = []
  while (cursor.at < field.bytes.length) values.push(readVarint(cursor))
  return values
}

/** A varint; throws ForeignFileError when the field holds something else, as those below do. */
export function integerOf(field: ProtoField): number {
  if (field.wire !== WIRE.varint) throw damaged('an integer has the wrong wire type')
  return field.integer
}

/** A little-endian 32-bit float. */
export function floatOf(field: ProtoField): number {
  if (field.wire !== WIRE.fixed32) throw damaged('a float has the wrong wire type')
  return new DataView(field.bytes.buffer, field.bytes.byteOffset, 4).getFloat32(0, true)
}

/** The bytes of a text, of packed values or of a message. */
export function bytesOf(field: ProtoField): Uint8Array {
  if (field.wire !== WIRE.bytes) throw damaged('a text or message has the wrong wire type')
  return field.bytes
}

/** UTF-8 text. */
export function textOf(field: ProtoField): string {
  return new TextDecoder().decode(bytesOf(field))
}

function damaged(what: string): ForeignFileError {
  return new ForeignFileError('damaged', what)
}
