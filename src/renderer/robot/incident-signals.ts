import type { Incident, IncidentColumn } from '../../contract/incident.ts'
import { unpackFloat32 } from '../../contract/packed.ts'

/** Signals of one incident, ready to draw: one array a column, and the common time in seconds from the stop on. */
export interface IncidentSignals {
  samples: number
  time: Float64Array // s
  /** Of that group and name; empty when the record does not have it. */
  column(group: string, name?: string): Float32Array
}

export function readSignals({ head, signals }: Incident): IncidentSignals {
  const all = unpackFloat32(signals)
  const { samples, columns } = head
  const at = new Map(columns.map((column, i) => [key(column), all.subarray(i * samples, (i + 1) * samples)]))
  const column = (group: string, name = group): Float32Array => at.get(key({ group, name })) ?? new Float32Array()
  return { samples, time: Float64Array.from(column('time'), (ms) => ms / 1000), column }
}

const key = ({ group, name }: Pick<IncidentColumn, 'group' | 'name'>): string => `${group}\n${name}`

/** Each value times `factor`; for degrees and per cent. */
export function scaled(values: Float32Array, factor: number): Float32Array {
  return values.map((value) => value * factor)
}

/** Length of a vector at each instant. */
export function lengths(...parts: Float32Array[]): Float32Array {
  return Float32Array.from(parts[0] ?? [], (_, i) => Math.hypot(...parts.map((part) => part[i] ?? 0)))
}

/** Index of the sample nearest to `t`; times rise. */
export function sampleAt({ time }: IncidentSignals, t: number): number {
  let low = 0
  let high = time.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((time[middle] ?? 0) <= t) low = middle
    else high = middle - 1
  }
  const next = low + 1
  return next < time.length && (time[next] ?? 0) - t < t - (time[low] ?? 0) ? next : low
}

/** Where a signal takes another value. */
export interface Change {
  at: number // s
  what: string
  from: string
  to: string
}

/** Changes of the signals that are words, not numbers, in the order of time. */
export function changesOf(signals: IncidentSignals, words: readonly WordSignal[]): Change[] {
  const found = words
    .filter(({ counts }) => counts !== true)
    .flatMap(({ what, read, word }) => {
      const values = read(signals)
      const changes: Change[] = []
      for (let i = 1; i < values.length; i++) {
        const [before = 0, after = 0] = [values[i - 1], values[i]]
        if (before !== after) changes.push({ at: signals.time[i] ?? 0, what, from: word(before), to: word(after) })
      }
      return changes
    })
  return found.sort((a, b) => a.at - b.at)
}

/** A signal whose values are codes with names. */
export interface WordSignal {
  what: string
  read: (signals: IncidentSignals) => Float32Array | Float64Array
  word: (value: number) => string
  /** A count: told at the cursor, but its changes are no news. */
  counts?: true
}
