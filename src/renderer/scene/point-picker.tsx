import { useThree } from '@react-three/fiber'
import { useEffect, useEffectEvent } from 'react'
import { Matrix4 } from 'three'
import { nearestOnScreen } from './nearest-on-screen.ts'
import type { Point3 } from './scene-contents.ts'

type Props = {
  /** Places that can be picked, f32 [n, 3], m. */
  points: ArrayLike<number>
  onPick: (point: Point3) => void
}

/** A press that moves less than this is a click and not a turn of the camera, px. */
const STILL = 4
/** A click means a point within this distance, px. */
const RADIUS = 12

/** A click in the view takes the visited point under it. */
export function PointPicker({ points, onPick }: Props): null {
  const element = useThree((state) => state.gl.domElement)
  const camera = useThree((state) => state.camera)
  const pick = useEffectEvent((x: number, y: number) => {
    const { width, height } = element.getBoundingClientRect()
    camera.updateMatrixWorld()
    const toClip = new Matrix4().multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse)
    const i = nearestOnScreen(points, { toClip, width, height }, x, y, RADIUS)
    if (i >= 0) onPick([points[3 * i] ?? 0, points[3 * i + 1] ?? 0, points[3 * i + 2] ?? 0])
  })
  useEffect(() => {
    let from: [number, number] | null = null
    const down = (event: PointerEvent): void => {
      from = [event.offsetX, event.offsetY]
    }
    const up = (event: PointerEvent): void => {
      if (from && Math.hypot(event.offsetX - from[0], event.offsetY - from[1]) < STILL)
        pick(event.offsetX, event.offsetY)
      from = null
    }
    element.addEventListener('pointerdown', down)
    element.addEventListener('pointerup', up)
    return () => {
      element.removeEventListener('pointerdown', down)
      element.removeEventListener('pointerup', up)
    }
  }, [element])
  return null
}
