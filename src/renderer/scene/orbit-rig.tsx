import { useFrame, useThree } from '@react-three/fiber'
import { useEffect, useEffectEvent, useRef } from 'react'
import type { PerspectiveCamera } from 'three'
import { OrbitControls } from 'three/addons/controls/OrbitControls.js'
import { keepView, placeCamera, readCamera, setLens, viewAngles } from './camera-views.ts'
import { CanvasSprite } from './canvas-sprite.ts'
import type { ViewAngles, ViewName } from './scene-contents.ts'

type Props = {
  screen: string
  view: ViewName
  free: ViewAngles
  requestDraw: () => void
  /** A person turned the camera by hand; it is a free view from now on. */
  onTurned: (free: ViewAngles) => void
}

/** Camera of one view: stands where the screen or a preset says, turns with the mouse, keeps sprites at their size. */
export function OrbitRig({ screen, view, free, requestDraw, onTurned }: Props): null {
  const camera = useThree((state) => state.camera) as PerspectiveCamera
  const element = useThree((state) => state.gl.domElement)
  const size = useThree((state) => state.size)
  const controls = useRef<OrbitControls | null>(null)
  const turned = useEffectEvent(onTurned)

  useEffect(() => {
    camera.up.set(0, 0, 1)
    const orbit = new OrbitControls(camera, element)
    orbit.enableDamping = false
    orbit.minDistance = 0.5
    orbit.maxDistance = 6
    orbit.addEventListener('change', requestDraw)
    orbit.addEventListener('end', () => {
      const { x, y, z } = orbit.target
      turned(readCamera(camera.position, [x, y, z]))
    })
    controls.current = orbit
    return () => orbit.dispose()
  }, [camera, element, requestDraw])

  useEffect(() => {
    const angles = viewAngles(view, free)
    controls.current?.target.set(...angles.target)
    placeCamera(camera, angles)
    controls.current?.update()
    keepView(screen, { name: view, free })
    requestDraw()
  }, [camera, screen, view, free, requestDraw])

  useEffect(() => {
    setLens(camera, size.width, size.height)
    requestDraw()
  }, [camera, size, requestDraw])

  useFrame(({ scene }) => {
    const fov = (camera.fov * Math.PI) / 180
    scene.traverse((item) => {
      if (item instanceof CanvasSprite) item.fit(size.height, fov)
    })
  })
  return null
}
