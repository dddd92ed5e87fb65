import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { z } from 'zod'
import { writeDurably } from '../platform/durable-file.ts'

/**
 * What happened along a training: one JSON object a line, appended as it comes, in order of `update`.
 * The file is the only truth; what a screen shows is read from it, so a restart loses nothing.
 */
export class UpdateLog<T extends { update: number }> {
  readonly #path: string
  readonly #schema: z.ZodType<T>

  constructor(path: string, schema: z.ZodType<T>) {
    this.#path = path
    this.#schema = schema
  }

  append(points: readonly T[]): void {
    if (points.length === 0) return
    const file = openSync(this.#path, 'a')
    try {
      writeSync(file, linesOf(points))
    } finally {
      closeSync(file)
    }
  }

  /** Appends and forces it to disk: what comes after it in other files may rely on it. */
  appendDurably(points: readonly T[]): void {
    this.append(points)
    const file = openSync(this.#path, 'r+')
    try {
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  }

  /** All points. A torn last line, left by a power cut, is passed over. */
  read(): T[] {
    if (!existsSync(this.#path)) return []
    const points: T[] = []
    for (const line of readFileSync(this.#path, 'utf8').split('\n')) {
      const point = this.#parse(line)
      if (point) points.push(point)
    }
    return points
  }

  /**
   * Forgets points after `update`. A run that continues from a checkpoint makes them again;
   * without this they would stand in the file twice.
   */
  truncateAfter(update: number): T[] {
    const kept = this.read().filter((point) => point.update <= update)
    if (existsSync(this.#path)) writeDurably(this.#path, linesOf(kept))
    return kept
  }

  #parse(line: string): T | null {
    if (line === '') return null
    try {
      const parsed = this.#schema.safeParse(JSON.parse(line))
      return parsed.success ? parsed.data : null
    } catch {
      return null
    }
  }
}

function linesOf(points: readonly object[]): string {
  return points.map((point) => JSON.stringify(point) + '\n').join('')
}
