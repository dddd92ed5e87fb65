import { describe, expect, test } from 'vitest'
import { readTensors, TensorFileError, writeTensors } from '../../../src/main/policy/safetensors.ts'

const FILE = {
  tensors: new Map([
    ['layers.0.weight', { shape: [2, 3], values: Float32Array.of(1, -2, 0.5, 3e-9, 1e9, 0) }],
    ['layers.0.bias', { shape: [2], values: Float32Array.of(0.25, -0.125) }],
  ]),
  metadata: { format: 'pt', updates: '7' },
}

/** A file with the header replaced by `header` as JSON. */
function withHeader(header: unknown, data: Uint8Array): Uint8Array {
  const text = Buffer.from(JSON.stringify(header))
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([size, text, data])
}

describe('safetensors', () => {
  test('has the bytes that the format asks for', () => {
    const bytes = Buffer.from(writeTensors(FILE))
    const headerSize = Number(bytes.readBigUInt64LE(0))
    expect((8 + headerSize) % 8).toBe(0)
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerSize)) as unknown
    expect(header).toEqual({
      __metadata__: { format: 'pt', updates: '7' },
      'layers.0.weight': { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
      'layers.0.bias': { dtype: 'F32', shape: [2], data_offsets: [24, 32] },
    })
    expect(bytes.length).toBe(8 + headerSize + 32)
    expect(bytes.readFloatLE(8 + headerSize + 4)).toBe(-2)
    expect(bytes.readFloatLE(8 + headerSize + 28)).toBe(-0.125)
  })

  test('comes back as it was written, from any position in memory', () => {
    const bytes = writeTensors(FILE)
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    expect(readTensors(shifted.subarray(3))).toEqual(FILE)
  })

  test('is refused at every place where it can be cut', () => {
    const bytes = writeTensors(FILE)
    for (let length = 0; length < bytes.length; length++)
      expect(() => readTensors(bytes.subarray(0, length))).toThrow(TensorFileError)
  })

  test.each([
    [
      'a hole',
      { a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] }, b: { dtype: 'F32', shape: [1], data_offsets: [8, 12] } },
    ],
    [
      'an overlap',
      { a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] }, b: { dtype: 'F32', shape: [2], data_offsets: [4, 12] } },
    ],
    ['left-over data', { a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }],
    ['another type', { a: { dtype: 'F16', shape: [6], data_offsets: [0, 12] } }],
    ['a wrong size', { a: { dtype: 'F32', shape: [2], data_offsets: [0, 12] } }],
    ['a negative size', { a: { dtype: 'F32', shape: [-3], data_offsets: [0, 12] } }],
    ['offsets beyond the file', { a: { dtype: 'F32', shape: [1000], data_offsets: [0, 4000] } }],
    [
      'numbers in the metadata',
      { __metadata__: { updates: 7 }, a: { dtype: 'F32', shape: [3], data_offsets: [0, 12] } },
    ],
    ['no object', [1, 2]],
  ])('is refused with %s', (_, header) => {
    expect(() => readTensors(withHeader(header, new Uint8Array(12)))).toThrow(TensorFileError)
  })
})
