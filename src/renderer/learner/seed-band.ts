import type { CurvePoint } from '../../contract/learner.ts'

/** The measures of a curve point that are drawn. */
export type Measure = 'closestM' | 'episodeReturn' | 'meanQ' | 'criticLoss' | 'saturated'

export interface Band {
  /** Update count or seconds. */
  x: number[]
  /** Mean over the curves, not smoothed. */
  raw: number[]
  /** Smoothed mean, and the smallest and largest of the smoothed curves. */
  mean: number[]
  low: number[]
  high: number[]
}

const EMPTY: Band = { x: [], raw: [], mean: [], low: [], high: [] }

/**
 * Exponential moving average with the start corrected, so that the first values are not drawn towards zero.
 * `smoothing` 0 leaves the curve as it is; 0.99 is the strongest.
 */
export function smooth(values: readonly number[], smoothing: number): number[] {
  let sum = 0
  let weight = 0
  return values.map((value) => {
    sum = smoothing * sum + (1 - smoothing) * value
    weight = smoothing * weight + (1 - smoothing)
    return weight > 0 ? sum / weight : value
  })
}

interface Line {
  x: number[]
  y: number[]
}

function lineOf(points: readonly CurvePoint[], measure: Measure, axis: 'update' | 'time'): Line {
  const line: Line = { x: [], y: [] }
  for (const point of points) {
    const value = point[measure]
    if (value === null || !Number.isFinite(value)) continue
    line.x.push(point[axis])
    line.y.push(value)
  }
  return line
}

/** Value of a line at x, linear between its points; null outside of them. */
function valueAt(line: Line, x: number, from: number): { value: number | null; index: number } {
  let index = from
  while (index + 1 < line.x.length && line.x[index + 1]! < x) index += 1
  const [x0, x1] = [line.x[index], line.x[index + 1]]
  if (x0 === undefined || x < x0) return { value: null, index }
  if (x1 === undefined) return { value: x === x0 ? line.y[index]! : null, index }
  if (x > x1) return { value: null, index }
  const part = x1 === x0 ? 0 : (x - x0) / (x1 - x0)
  return { value: line.y[index]! * (1 - part) + line.y[index + 1]! * part, index }
}

/** Folds the curves of several seeds into one line with a band, on the grid of the longest curve. */
export function foldSeeds(
  curves: readonly (readonly CurvePoint[])[],
  measure: Measure,
  axis: 'update' | 'time',
  smoothing: number,
): Band {
  const lines = curves.map((points) => lineOf(points, measure, axis)).filter((line) => line.x.length > 0)
  if (lines.length === 0) return EMPTY
  const smoothed = lines.map((line) => ({ x: line.x, y: smooth(line.y, smoothing) }))
  const grid = lines.reduce((a, b) => ((b.x.at(-1) ?? 0) > (a.x.at(-1) ?? 0) ? b : a)).x
  const cursor = lines.map(() => 0)
  const band: Band = { x: [], raw: [], mean: [], low: [], high: [] }
  for (const x of grid) {
    const raw: number[] = []
    const values: number[] = []
    for (let k = 0; k < lines.length; k++) {
      const at = valueAt(smoothed[k]!, x, cursor[k]!)
      cursor[k] = at.index
      if (at.value === null) continue
      values.push(at.value)
      raw.push(valueAt(lines[k]!, x, at.index).value ?? at.value)
    }
    if (values.length === 0) continue
    band.x.push(x)
    band.raw.push(raw.reduce((a, b) => a + b, 0) / raw.length)
    band.mean.push(values.reduce((a, b) => a + b, 0) / values.length)
    band.low.push(Math.min(...values))
    band.high.push(Math.max(...values))
  }
  return band
}
