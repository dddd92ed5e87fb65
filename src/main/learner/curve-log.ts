import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { curvePointSchema } from '../../contract/learner.ts'
import type { CurvePoint } from '../../contract/learner.ts'
import { writeDurably } from './durable-file.ts'

const FILE = 'curve.jsonl'

/**
 * The learning curve of one policy folder: one JSON object a line, appended as it comes.
 * The file is the only truth; what a screen shows is read from it, so a restart loses nothing.
 */
export class CurveLog {
  readonly #path: string

  constructor(folder: string) {
    this.#path = join(folder, FILE)
  }

  append(points: readonly CurvePoint[]): void {
    if (points.length === 0) return
    appendFileSync(this.#path, points.map((point) => JSON.stringify(point) + '\n').join(''))
  }

  /** All points in order of update. A torn last line, left by a power cut, is passed over. */
  read(): CurvePoint[] {
    if (!existsSync(this.#path)) return []
    const points: CurvePoint[] = []
    for (const line of readFileSync(this.#path, 'utf8').split('\n')) {
      const point = parseLine(line)
      if (point) points.push(point)
    }
    return points
  }

  /**
   * Forgets points after `update`. A run that continues from a checkpoint makes them again;
   * without this they would stand in the file twice.
   */
  truncateAfter(update: number): CurvePoint[] {
    const kept = this.read().filter((point) => point.update <= update)
    if (existsSync(this.#path)) writeDurably(this.#path, kept.map((point) => JSON.stringify(point) + '\n').join(''))
    return kept
  }
}

function parseLine(line: string): CurvePoint | null {
  if (line === '') return null
  try {
    const parsed = curvePointSchema.safeParse(JSON.parse(line))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
