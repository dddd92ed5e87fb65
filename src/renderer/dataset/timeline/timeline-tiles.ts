import { unpackFloat32, unpackUint32 } from '../../../contract/packed.ts'
import { LEVEL_FACTOR, TILE_BUCKETS } from '../../../contract/timeline.ts'
import type { TimelineTile } from '../../../contract/timeline.ts'

/** One tile, unpacked. */
export type Tile = {
  count: number
  /** [count, channels, 2] */
  ranges: Float32Array
  flags: Uint32Array
}

export type TileSource = (level: number, index: number) => Promise<TimelineTile>

/** Tiles in memory, 20 to 40 kB each. */
const MOST_TILES = 600
/** Asked for at once; the newest wish comes first, because an older one may be off the screen already. */
const MOST_ASKED = 4

/** Buckets of a timeline as they are needed: those that are not here yet are asked for, coarser ones stand in. */
export class TimelineTiles {
  readonly #source: TileSource
  readonly #arrived: () => void
  readonly #tiles = new Map<string, Tile>()
  readonly #asked = new Set<string>()
  #wanted: { level: number; index: number }[] = []
  readonly levels: number

  constructor(levels: number, source: TileSource, arrived: () => void) {
    this.levels = levels
    this.#source = source
    this.#arrived = arrived
  }

  /** Forgets wishes that were not sent yet: the screen has moved on. */
  beginFrame(): void {
    this.#wanted = []
  }

  /** Sends the wishes of this frame. */
  endFrame(): void {
    this.#send()
  }

  /** The tile, when it is here; else it is wished for. */
  tile(level: number, index: number): Tile | null {
    const key = `${level}:${index}`
    const tile = this.#tiles.get(key)
    if (tile) return tile
    if (!this.#asked.has(key)) this.#wanted.push({ level, index })
    return null
  }

  /** The finest tile that is here for a bucket of `level` or a coarser one, and where in it the bucket is. */
  nearest(level: number, bucket: number): { tile: Tile; at: number } | null {
    for (let l = level, b = bucket; l <= this.levels; l++, b = Math.floor(b / LEVEL_FACTOR)) {
      const index = Math.floor(b / TILE_BUCKETS)
      const tile = l === level ? this.tile(l, index) : this.#tiles.get(`${l}:${index}`)
      if (tile && b - index * TILE_BUCKETS < tile.count) return { tile, at: b - index * TILE_BUCKETS }
      if (tile) return null
    }
    return null
  }

  #send(): void {
    while (this.#asked.size < MOST_ASKED) {
      const next = this.#wanted.shift()
      if (!next) return
      const key = `${next.level}:${next.index}`
      if (this.#asked.has(key) || this.#tiles.has(key)) continue
      this.#asked.add(key)
      this.#source(next.level, next.index)
        .then(
          ({ count, ranges, flags }) => {
            this.#keep(key, { count, ranges: unpackFloat32(ranges), flags: unpackUint32(flags) })
            this.#arrived()
          },
          // It is asked for again when it is drawn again; a dataset that is gone shows its problem elsewhere.
          () => undefined,
        )
        .finally(() => {
          this.#asked.delete(key)
          this.#send()
        })
    }
  }

  #keep(key: string, tile: Tile): void {
    this.#tiles.set(key, tile)
    const oldest = this.#tiles.keys().next().value
    if (this.#tiles.size > MOST_TILES && oldest !== undefined) this.#tiles.delete(oldest)
  }
}
