/** Most points of a stored sparkline. */
export const SPARKLINE_POINTS = 56

/** Mean tool-tip speed, m/s, over at most 56 equal parts of an episode; from `tooltip` [T + 1, 3] m. */
export function speedSparkline(tooltip: Float32Array, stepPeriodS: number): Float32Array {
  const steps = tooltip.length / 3 - 1
  const points = new Float32Array(Math.min(steps, SPARKLINE_POINTS))
  for (let p = 0; p < points.length; p++) {
    const from = Math.floor((p * steps) / points.length)
    const to = Math.floor(((p + 1) * steps) / points.length)
    let path = 0
    for (let t = from; t < to; t++) path += stepLength(tooltip, t)
    points[p] = path / ((to - from) * stepPeriodS)
  }
  return points
}

/** Way of the tool tip in step t, m. */
export function stepLength(tooltip: Float32Array, t: number): number {
  const a = 3 * t
  return Math.hypot(tooltip[a + 3]! - tooltip[a]!, tooltip[a + 4]! - tooltip[a + 1]!, tooltip[a + 5]! - tooltip[a + 2]!)
}
