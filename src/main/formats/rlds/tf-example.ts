/**
 * tf.train.Example as protobuf bytes: field 1 features, in it field 1 per entry of the map (1 name, 2 value); a value is
 * 1 list of byte strings, 2 list of float32 or 3 list of int64, the latter two packed.
 */
export type ExampleValue =
  | { kind: 'float'; values: Float32Array }
  | { kind: 'int64'; values: IntegerList }
  | { kind: 'bytes'; values: readonly Uint8Array[] }

/** Integers of 64 bits; smaller ones as plain numbers. */
export type IntegerList = Iterable<number | bigint> & { readonly length: number }

export function encodeExample(features: ReadonlyMap<string, ExampleValue>): Buffer {
  const parts: Uint8Array[] = []
  let bytes = 0
  for (const [name, value] of features) {
    const key = field(1, Buffer.from(name, 'utf8'))
    const content = field(2, feature(value))
    const entry = field(1, concat([key, content]))
    parts.push(entry)
    bytes += entry.length
  }
  return Buffer.concat([tag(1), varint(bytes), ...parts])
}

function feature(value: ExampleValue): Uint8Array {
  switch (value.kind) {
    case 'bytes':
      return field(1, concat(value.values.map((each) => field(1, each))))
    case 'float': {
      const { buffer, byteOffset, byteLength } = value.values
      return field(2, field(1, new Uint8Array(buffer, byteOffset, byteLength)))
    }
    case 'int64':
      return field(3, field(1, packed(value.values)))
  }
}

/** Numbers one after another as varints, negative ones in ten bytes. */
function packed(values: IntegerList): Uint8Array {
  const bytes = new Uint8Array(10 * values.length)
  let at = 0
  for (const value of values) at = putVarint(bytes, at, value)
  return bytes.subarray(0, at)
}

function putVarint(bytes: Uint8Array, at: number, value: number | bigint): number {
  let next = at
  if (typeof value === 'number' && value >= 0 && value < 2 ** 31) {
    let rest = value
    for (; rest > 127; rest >>>= 7) bytes[next++] = (rest & 127) | 128
    bytes[next++] = rest
    return next
  }
  let rest = BigInt.asUintN(64, BigInt(value))
  // In two halves: numbers are many times faster than big integers.
  for (; rest > 0x7fffffffn; rest >>= 7n) bytes[next++] = Number(rest & 127n) | 128
  return putVarint(bytes, next, Number(rest))
}

/** A field of bytes: its key, its length, its content. */
function field(number: number, content: Uint8Array): Uint8Array {
  return concat([tag(number), varint(content.length), content])
}

function tag(number: number): Uint8Array {
  return Uint8Array.of((number << 3) | 2)
}

function varint(value: number): Uint8Array {
  const bytes = new Uint8Array(10)
  return bytes.subarray(0, putVarint(bytes, 0, value))
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts)
}
