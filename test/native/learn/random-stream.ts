/** The random streams of the learner core, again from their definition: Philox4x32-10 keyed by seed and name. */
export class RandomStream {
  readonly #key: [number, number]
  #position = 0
  #block: number[] = []

  constructor(seed: number, name: string) {
    const key = mix(mix(BigInt(seed)) ^ hash(name))
    this.#key = [Number(key & 0xffffffffn), Number(key >> 32n)]
  }

  next(): number {
    if (this.#position % 4 === 0) this.#block = philox(this.#position / 4, this.#key)
    return this.#block[this.#position++ % 4] as number
  }

  /** In single precision, as the native side draws weights. */
  uniform(low: number, high: number): number {
    const unit = (this.next() >>> 8) * 2 ** -24
    return Math.fround(low + Math.fround(Math.fround(high - low) * unit))
  }

  below(bound: number): number {
    return Number((BigInt(this.next()) * BigInt(bound)) >> 32n)
  }

  normals(count: number): number[] {
    const values: number[] = []
    for (let i = 0; i < count; i += 2) {
      const u = ((this.next() >>> 8) + 0.5) * 2 ** -24
      const drawn = this.next()
      const angle = (Math.PI / 2) * ((drawn >>> 30) + (((drawn << 2) >>> 8) - 2 ** 23 + 0.5) * 2 ** -24)
      const radius = Math.sqrt(-2 * Math.log(u))
      values.push(Math.fround(radius * Math.cos(angle)), Math.fround(radius * Math.sin(angle)))
    }
    return values.slice(0, count)
  }
}

const mask64 = (1n << 64n) - 1n

function mix(value: bigint): bigint {
  let x = (value + 0x9e3779b97f4a7c15n) & mask64
  x = ((x ^ (x >> 30n)) * 0xbf58476d1ce4e5b9n) & mask64
  x = ((x ^ (x >> 27n)) * 0x94d049bb133111ebn) & mask64
  return x ^ (x >> 31n)
}

function hash(name: string): bigint {
  let h = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(name)) h = ((h ^ BigInt(byte)) * 0x100000001b3n) & mask64
  return h
}

function philox(block: number, key: [number, number]): number[] {
  let [c0, c1, c2, c3] = [block >>> 0, Math.floor(block / 2 ** 32), 0, 0]
  let [k0, k1] = key
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * BigInt(c0)
    const p1 = 0xcd9e8d57n * BigInt(c2)
    const next: [number, number, number, number] = [
      (Number(p1 >> 32n) ^ c1 ^ k0) >>> 0,
      Number(p1 & 0xffffffffn),
      (Number(p0 >> 32n) ^ c3 ^ k1) >>> 0,
      Number(p0 & 0xffffffffn),
    ]
    ;[c0, c1, c2, c3] = next
    k0 = (k0 + 0x9e3779b9) >>> 0
    k1 = (k1 + 0xbb67ae85) >>> 0
  }
  return [c0, c1, c2, c3]
}
