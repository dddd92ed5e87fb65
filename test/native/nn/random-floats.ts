/** Floats in [-scale, scale), the same for the same seed (a 32-bit xorshift). */
export function randomFloats(count: number, seed: number, scale: number): Float32Array {
  let state = (seed * 2654435761) >>> 0 || 1
  return Float32Array.from({ length: count }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (((state >>> 0) / 2 ** 32) * 2 - 1) * scale
  })
}
