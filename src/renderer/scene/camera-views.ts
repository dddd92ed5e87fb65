import type { PerspectiveCamera } from 'three'
import { Vector3 } from 'three'
import type { Point3, ViewAngles, ViewName } from './scene-contents.ts'

/** Straight views; Free is what the screen gives or a person turned to. */
const PRESETS: Record<Exclude<ViewName, 'free'>, { azimuth: number; elevation: number }> = {
  front: { azimuth: 0, elevation: 0 },
  side: { azimuth: -Math.PI / 2, elevation: 0 },
  // Just short of straight down: exactly there, "up" has no direction.
  top: { azimuth: Math.PI, elevation: Math.PI / 2 - 1e-3 },
}

export const DEFAULT_VIEW: ViewAngles = { azimuth: -0.72, elevation: 0.34, distance: 2.35, target: [0.28, 0, 0.36] }

export type KeptView = { name: ViewName; free: ViewAngles }

/** One camera per screen, kept while the window is open. */
const keptViews = new Map<string, KeptView>()

export const keptView = (screen: string): KeptView | undefined => keptViews.get(screen)
export const keepView = (screen: string, view: KeptView): void => void keptViews.set(screen, view)

export function viewAngles(name: ViewName, free: ViewAngles): ViewAngles {
  return name === 'free' ? free : { ...free, ...PRESETS[name] }
}

export function placeCamera(camera: PerspectiveCamera, view: ViewAngles): void {
  const [x, y, z] = view.target
  const flat = Math.cos(view.elevation) * view.distance
  camera.position.set(
    x + Math.cos(view.azimuth) * flat,
    y + Math.sin(view.azimuth) * flat,
    z + Math.sin(view.elevation) * view.distance,
  )
  camera.lookAt(x, y, z)
}

/** Angles of a camera that a person turned. */
export function readCamera(position: Vector3, target: Point3): ViewAngles {
  const offset = position.clone().sub(new Vector3(...target))
  const distance = offset.length()
  return {
    azimuth: Math.atan2(offset.y, offset.x),
    elevation: Math.asin(Math.min(1, Math.max(-1, offset.z / distance))),
    distance,
    target,
  }
}

/** Vertical field of view (degrees) that shows the box whole in wide and in narrow panes. */
export function fieldOfView(width: number, height: number): number {
  const focal = Math.min(1.55 * height, 1.25 * width)
  return (2 * Math.atan(height / 2 / focal) * 180) / Math.PI
}

export function setLens(camera: PerspectiveCamera, width: number, height: number): void {
  camera.fov = fieldOfView(width, height)
  camera.near = 0.05
  camera.far = 20
  camera.updateProjectionMatrix()
}
