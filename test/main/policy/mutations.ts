/** Repeatable random damage to files. The same seed gives the same damage. */
export class Mutations {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** Mulberry32, uniform in [0, 1). */
  random(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  below(bound: number): number {
    return Math.floor(this.random() * bound)
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }

  /** One or two of: a bit turned, a byte replaced, a stretch cut out, doubled or zeroed, the end cut off. */
  bytes(original: Uint8Array): Uint8Array {
    let bytes = Buffer.from(original)
    for (let i = 1 + this.below(2); i > 0 && bytes.length > 0; i--) {
      const at = this.below(bytes.length)
      const end = Math.min(bytes.length, at + 1 + this.below(64))
      const kind = this.below(6)
      if (kind === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << this.below(8))
      else if (kind === 1) bytes[at] = this.pick([0, 1, 0x7f, 0x80, 0xff, this.below(256)])
      else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)])
      else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)])
      else if (kind === 4) bytes.fill(0, at, end)
      else bytes = bytes.subarray(0, at)
    }
    return bytes
  }

  /** One or two values anywhere in a JSON value replaced, removed, moved or, where they are numbers, changed a little. */
  json(original: unknown): unknown {
    const value: unknown = structuredClone(original)
    for (let i = 1 + this.below(2); i > 0; i--) this.#damage(value)
    return value
  }

  #damage(root: unknown): void {
    const places = placesIn(root)
    const place = this.pick(places)
    const other = this.pick(places)
    const value = place.holder[place.key]
    const kind = this.below(8)
    if (kind === 0) Reflect.deleteProperty(place.holder, place.key)
    else if (kind === 1) place.holder[place.key] = structuredClone(other.holder[other.key])
    else if (kind < 4 && typeof value === 'number') place.holder[place.key] = value + this.pick([-1, 1, 0.5, 100])
    else place.holder[place.key] = this.pick(STRANGE)
  }
}

interface Place {
  holder: Record<string, unknown>
  key: string
}

const STRANGE: readonly unknown[] = [
  null,
  true,
  '',
  'x',
  '__proto__',
  '../../etc/passwd',
  [],
  {},
  0,
  1,
  -1,
  0.5,
  7,
  14,
  1e3,
  1e9,
  2 ** 31,
  2 ** 53,
  1e300,
  [[[]]],
  'a'.repeat(5000),
]

/** Every place of a value below the root. */
function placesIn(root: unknown): Place[] {
  const places: Place[] = []
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const holder = value as Record<string, unknown>
    for (const key of Object.keys(holder)) {
      places.push({ holder, key })
      visit(holder[key])
    }
  }
  visit(root)
  return places
}
