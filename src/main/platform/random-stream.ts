/**
 * One named stream of random numbers, the same as the native side's of that seed and name: Philox4x32-10, a
 * counter-based generator (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011). Each purpose draws
 * from its own stream, so that using more numbers for one purpose never changes another.
 */
export class RandomStream {
  private readonly key: readonly [number, number]
  private position = 0
  private block: readonly number[] = []

  constructor(seed: number, name: string) {
    const key = mix(mix(BigInt(seed)) ^ hash(name))
    this.key = [Number(key & 0xffffffffn), Number(key >> 32n)]
  }

  /** Uniform in 0 .. 2^32 - 1. */
  next(): number {
    if (this.position % 4 === 0) this.block = philox(this.position / 4, this.key)
    return this.block[this.position++ % 4]!
  }

  /** Uniform in (low, high), in steps of (high - low) 2^-32. */
  uniform(low: number, high: number): number {
    return low + (high - low) * ((this.next() + 0.5) * 2 ** -32)
  }

  /** N(0, 1), by Box and Muller; each costs two numbers. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(this.uniform(0, 1)))
    return radius * Math.cos(this.uniform(0, 2 * Math.PI))
  }
}

const MASK = (1n << 64n) - 1n

/** Finaliser of SplitMix64. */
function mix(value: bigint): bigint {
  let x = (value + 0x9e3779b97f4a7c15n) & MASK
  x = ((x ^ (x >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK
  x = ((x ^ (x >> 27n)) * 0x94d049bb133111ebn) & MASK
  return x ^ (x >> 31n)
}

/** FNV-1a, 64 bits. */
function hash(name: string): bigint {
  let h = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(name)) h = ((h ^ BigInt(byte)) * 0x100000001b3n) & MASK
  return h
}

/** Block number `counter` (below 2^53) of the stream with this key: four 32-bit numbers. */
function philox(counter: number, key: readonly [number, number]): number[] {
  let [c0, c1, c2, c3] = [counter >>> 0, Math.floor(counter / 2 ** 32), 0, 0]
  let [k0, k1] = key
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = [highOf(0xd2511f53, c0), Math.imul(0xd2511f53, c0) >>> 0]
    const [high1, low1] = [highOf(0xcd9e8d57, c2), Math.imul(0xcd9e8d57, c2) >>> 0]
    c0 = (high1 ^ c1 ^ k0) >>> 0
    c1 = low1
    c2 = (high0 ^ c3 ^ k1) >>> 0
    c3 = low0
    k0 = (k0 + 0x9e3779b9) >>> 0
    k1 = (k1 + 0xbb67ae85) >>> 0
  }
  return [c0, c1, c2, c3]
}

/** Upper 32 bits of a product of 32-bit numbers, by halves: every part stays below 2^53. */
function highOf(a: number, b: number): number {
  const [aLow, aHigh] = [a & 0xffff, a >>> 16]
  const [bLow, bHigh] = [b & 0xffff, b >>> 16]
  const middle = aHigh * bLow + Math.floor((aLow * bLow) / 0x10000)
  const rest = aLow * bHigh + (middle % 0x10000)
  return aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(rest / 0x10000)
}
