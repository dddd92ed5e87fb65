/** Element types that are written: little-endian numbers, one byte truth values, and UTF-32 text of n characters. */
export type NpyType = '<f4' | '<f8' | '<i8' | '<u4' | '|b1' | `<U${number}`

/** The data behind the header begin at a multiple of this, bytes. */
const ALIGNMENT = 64

/**
 * Header of an array file, format version 1.0 (numpy.lib.format): magic, length, and a Python dictionary literal. The data
 * follow row-major.
 */
export function npyHeader(type: NpyType, shape: readonly number[]): Buffer {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': ${tuple}, }`
  const before = 10 + dictionary.length + 1
  const text = `${dictionary}${' '.repeat((ALIGNMENT - (before % ALIGNMENT)) % ALIGNMENT)}\n`
  const prefix = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0, 0])
  prefix.writeUInt16LE(text.length, 8)
  return Buffer.concat([prefix, Buffer.from(text, 'latin1')])
}

/** Texts as an array of fixed width, each padded with zeros; the width is that of the longest one and at least `atLeast`. */
export function npyText(texts: readonly string[], atLeast = 1): { type: NpyType; bytes: Buffer } {
  const points = texts.map((text) => Array.from(text, (character) => character.codePointAt(0)!))
  const width = Math.max(atLeast, ...points.map(({ length }) => length))
  const bytes = Buffer.alloc(4 * width * texts.length)
  points.forEach((row, i) => row.forEach((point, j) => bytes.writeUInt32LE(point, 4 * (i * width + j))))
  return { type: `<U${width}`, bytes }
}
