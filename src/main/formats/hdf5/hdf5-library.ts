import type { Dataset, File, Group } from 'h5wasm/node'

/** The HDF5 library, compiled to WebAssembly; it reads and writes real files by itself, a block at a time. */
export interface Hdf5Library {
  File: typeof File
  Group: typeof Group
  Dataset: typeof Dataset
}

/** Loads the library, and makes it throw instead of going on after an error. */
export async function hdf5Library(): Promise<Hdf5Library> {
  const { default: library } = await import('h5wasm/node')
  const module = await library.ready
  module.activate_throwing_error_handler()
  return library
}

/** Kinds of numbers in files, with the library's letter for each, its class (0 integer, 1 float) and its array. */
export const NUMBER_KINDS = {
  int8: { code: '<b', type: 0, size: 1, signed: true, array: Int8Array },
  int32: { code: '<i', type: 0, size: 4, signed: true, array: Int32Array },
  uint32: { code: '<I', type: 0, size: 4, signed: false, array: Uint32Array },
  int64: { code: '<q', type: 0, size: 8, signed: true, array: BigInt64Array },
  float32: { code: '<f', type: 1, size: 4, signed: false, array: Float32Array },
  float64: { code: '<d', type: 1, size: 8, signed: false, array: Float64Array },
} as const

export type NumberKind = keyof typeof NUMBER_KINDS
export type Numbers = Int8Array | Int32Array | Uint32Array | BigInt64Array | Float32Array | Float64Array

/** What the library says went wrong, in one line: the innermost reason of its list. */
export function hdf5Reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const reasons = [...text.matchAll(/\(\): ([^\n]+)/g)].map((match) => match[1] ?? '')
  return reasons.at(-1) ?? text.split('\n', 1)[0] ?? text
}
