/** Typed arrays travel through JSON as base64 of their little-endian bytes; row-major shapes are named where used. */
export type PackedFloat32 = string
export type PackedUint32 = string
export type PackedFloat64 = string

/** Base64 of the bytes as they lie in memory: little-endian, as all processors are that the native core is built for. */
export function pack(array: Float32Array | Float64Array | Uint32Array): string {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  let text = ''
  // String.fromCharCode takes a bounded number of arguments, hence the slices.
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(text)
}

function unpackBytes(text: string): ArrayBuffer {
  const raw = atob(text)
  const bytes = new Uint8Array(raw.length)
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i)
  return bytes.buffer
}

export const unpackFloat32 = (text: PackedFloat32): Float32Array => new Float32Array(unpackBytes(text))
export const unpackFloat64 = (text: PackedFloat64): Float64Array => new Float64Array(unpackBytes(text))
export const unpackUint32 = (text: PackedUint32): Uint32Array => new Uint32Array(unpackBytes(text))
