import { HISTOGRAM_BINS } from '../../contract/histogram.ts'
import { pack } from '../../contract/packed.ts'
import type { SessionLive } from '../../contract/session.ts'
import type { LiveRows } from './session-order.ts'

/** Visited points that a late subscriber is given; beyond, every second one goes. */
const MOST_POINTS = 8000

/** Where a subscriber is: what it has been given so far. */
interface Place {
  episode: number
  step: number
  /** How many of the points it has had. */
  point: number
  version: number
}

/** The running episode and the visited points, kept so that each subscriber is given exactly what is new to it. */
export class LiveStore {
  private readonly listeners = new Set<() => void>()
  private newest: LiveRows | null = null
  private version = 0
  private asked: number[] = []
  private sent: number[] = []
  private flags: number[] = []
  private stepTimes: number[] = []
  private points: number[] = []
  /** How often `points` was halved. */
  private thinnings = 0

  add(rows: LiveRows): void {
    if (rows.fromStep === 0 || rows.episode !== this.newest?.episode) {
      this.asked = []
      this.sent = []
      this.flags = []
      this.stepTimes = []
    }
    append(this.asked, rows.asked)
    append(this.sent, rows.sent)
    append(this.flags, rows.flags)
    append(this.stepTimes, rows.stepTimes)
    append(this.points, rows.visited)
    if (this.points.length > 3 * MOST_POINTS) this.thin()
    this.newest = rows
    this.version += 1
    for (const listener of [...this.listeners]) listener()
  }

  private thin(): void {
    this.points = this.points.filter((_, i) => Math.floor(i / 3) % 2 === 1)
    this.thinnings += 1
  }

  /** A reader of its own for one subscriber. */
  reader(): { take(): SessionLive | null; onChange(listener: () => void): () => void } {
    const place: Place = { episode: -1, step: 0, point: 0, version: 0 }
    let thinnings = this.thinnings
    return {
      take: () => {
        // The subscriber has the points that were thinned out; only the count of those it has had changes.
        for (; thinnings < this.thinnings; thinnings++) place.point = Math.floor(place.point / 2)
        return this.take(place)
      },
      onChange: (listener) => {
        this.listeners.add(listener)
        return () => this.listeners.delete(listener)
      },
    }
  }

  private take(place: Place): SessionLive | null {
    const { newest } = this
    if (newest === null || place.version === this.version) return null
    if (place.episode !== newest.episode) place.step = 0
    const fromStep = Math.min(place.step, this.flags.length)
    const size = newest.q.length
    const message: SessionLive = {
      episode: newest.episode,
      fromStep,
      asked: pack(Float32Array.from(this.asked.slice(fromStep * size))),
      sent: pack(Float32Array.from(this.sent.slice(fromStep * size))),
      flags: pack(Uint32Array.from(this.flags.slice(fromStep))),
      stepTimes: pack(Float32Array.from(this.stepTimes.slice(fromStep))),
      q: [...newest.q],
      tooltip: [newest.tooltip[0] ?? 0, newest.tooltip[1] ?? 0, newest.tooltip[2] ?? 0],
      visited: pack(Float32Array.from(this.points.slice(3 * place.point))),
      histogram: histogramRows(newest.histogram),
      coverageCurve: newest.coverageCurve,
    }
    Object.assign(place, {
      episode: newest.episode,
      step: this.flags.length,
      point: this.points.length / 3,
      version: this.version,
    } satisfies Place)
    return message
  }
}

function append(list: number[], values: Iterable<number>): void {
  for (const value of values) list.push(value)
}

function histogramRows(counts: Uint32Array): number[][] {
  const joints = counts.length / HISTOGRAM_BINS
  return Array.from({ length: joints }, (_, j) => [...counts.subarray(j * HISTOGRAM_BINS, (j + 1) * HISTOGRAM_BINS)])
}
