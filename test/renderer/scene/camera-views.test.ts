import { PerspectiveCamera, Vector3 } from 'three'
import { describe, expect, it } from 'vitest'
import { DEFAULT_VIEW, placeCamera, readCamera, setLens, viewAngles } from '../../../src/renderer/scene/camera-views.ts'

function cameraAt(name: 'free' | 'front' | 'side' | 'top'): PerspectiveCamera {
  const camera = new PerspectiveCamera()
  camera.up.set(0, 0, 1)
  camera.aspect = 1
  setLens(camera, 800, 800)
  placeCamera(camera, viewAngles(name, DEFAULT_VIEW))
  camera.updateMatrixWorld(true)
  return camera
}

/** Where a step along an axis from the target goes on screen. */
function onScreen(camera: PerspectiveCamera, x: number, y: number, z: number): Vector3 {
  const target = new Vector3(...DEFAULT_VIEW.target)
  return target
    .clone()
    .add(new Vector3(x, y, z))
    .project(camera)
    .sub(target.project(camera))
}

describe('camera views', () => {
  it('front shows y to the right and z up', () => {
    const camera = cameraAt('front')
    expect(onScreen(camera, 0, 0.2, 0).x).toBeGreaterThan(0.1)
    expect(onScreen(camera, 0, 0, 0.2).y).toBeGreaterThan(0.1)
  })

  it('side shows x to the right and z up', () => {
    const camera = cameraAt('side')
    expect(onScreen(camera, 0.2, 0, 0).x).toBeGreaterThan(0.1)
    expect(onScreen(camera, 0, 0, 0.2).y).toBeGreaterThan(0.1)
  })

  it('top shows x up and y to the left', () => {
    const camera = cameraAt('top')
    expect(onScreen(camera, 0.2, 0, 0).y).toBeGreaterThan(0.1)
    expect(onScreen(camera, 0, 0.2, 0).x).toBeLessThan(-0.1)
  })

  it('reads back the angles of a camera it placed', () => {
    const read = readCamera(cameraAt('free').position, DEFAULT_VIEW.target)
    expect(read.azimuth).toBeCloseTo(DEFAULT_VIEW.azimuth, 9)
    expect(read.elevation).toBeCloseTo(DEFAULT_VIEW.elevation, 9)
    expect(read.distance).toBeCloseTo(DEFAULT_VIEW.distance, 9)
  })
})
