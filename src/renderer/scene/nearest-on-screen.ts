import type { Matrix4 } from 'three'
import { Vector4 } from 'three'

/** A view: what it makes of a place, and how large it is on screen. */
export type ScreenView = {
  /** Projection times view, column-major. */
  toClip: Matrix4
  /** px */
  width: number
  height: number
}

const clip = new Vector4()

/**
 * Index of the point that a click means: among those drawn within `radius` px of (x, y), the one nearest to the eye;
 * -1 where there is none. `points` f32 [n, 3], m; x, y in px from the upper left corner.
 */
export function nearestOnScreen(
  points: ArrayLike<number>,
  { toClip, width, height }: ScreenView,
  x: number,
  y: number,
  radius: number,
): number {
  let best = -1
  let bestDepth = Infinity
  for (let i = 0; 3 * i + 2 < points.length; i++) {
    clip.set(points[3 * i] ?? 0, points[3 * i + 1] ?? 0, points[3 * i + 2] ?? 0, 1).applyMatrix4(toClip)
    if (clip.w <= 0) continue
    const dx = ((clip.x / clip.w + 1) / 2) * width - x
    const dy = ((1 - clip.y / clip.w) / 2) * height - y
    if (dx * dx + dy * dy > radius * radius || clip.w >= bestDepth) continue
    best = i
    bestDepth = clip.w
  }
  return best
}
