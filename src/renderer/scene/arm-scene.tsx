import { Canvas, invalidate, useFrame, useThree } from '@react-three/fiber'
import type { ReactNode, Ref } from 'react'
import { useCallback, useEffect, useImperativeHandle, useState } from 'react'
import { EmptyState } from '../parts/empty-state.tsx'
import { Guard } from '../parts/guard.tsx'
import { Segment } from '../parts/segment.tsx'
import { Hud } from '../parts/pane.tsx'
import { useThemeRevision } from '../plot/theme-colours.ts'
import css from './arm-scene.module.css'
import { DEFAULT_VIEW, keptView } from './camera-views.ts'
import { DrawScheduler } from './draw-scheduler.ts'
import { OrbitRig } from './orbit-rig.tsx'
import { PointPicker } from './point-picker.tsx'
import type { AllowedBox, Goal, Point3, SceneHandle, ViewAngles, ViewName, Wall } from './scene-contents.ts'
import { SceneStage } from './scene-stage.ts'

/** The arm is redrawn at most this often. */
const FRAME_PERIOD_MS = 1000 / 30
const NO_LINKS: readonly number[] = []
const NO_GOALS: readonly Goal[] = []

const VIEW_OPTIONS: readonly { value: ViewName; label: string }[] = [
  { value: 'free', label: 'Free' },
  { value: 'front', label: 'Front' },
  { value: 'side', label: 'Side' },
  { value: 'top', label: 'Top' },
]

export type ArmSceneProps = {
  /** Name of the screen; its camera is kept while the window is open. */
  screen: string
  /** What the drawing shows, for a screen reader. */
  label: string
  /** Handle that moves the arm, the trail and the cloud without rendering React. */
  sceneRef?: Ref<SceneHandle>
  /** Pose in rad for a view that does not move; live views use the handle. */
  joints?: ArrayLike<number> | undefined
  box?: AllowedBox | null | undefined
  /** Wall to tint: the one a stop names. */
  wall?: Wall | null | undefined
  /** Visited points, f32 [n, 3], m. A new array replaces the points drawn; without it the handle adds them. */
  cloud?: ArrayLike<number> | null | undefined
  /** Seconds of the tool tip's path that `setJoints` keeps; 0 keeps none. */
  trailSeconds?: number
  goals?: readonly Goal[]
  /** 0.42 where the arm must never hide a goal. */
  armOpacity?: number
  /** Nothing is known of the arm now: it is drawn as an outline. */
  stale?: boolean
  /** Links (0..7, 8 = Hand) named in a stop. */
  namedLinks?: readonly number[]
  /** Where the camera stands at first. */
  view?: Partial<ViewAngles>
  /** Shows the Free, Front, Side, Top buttons at the top right. */
  viewButtons?: boolean
  /** Called with the visited point that a person clicked; needs `cloud`. */
  onPick?: (point: Point3) => void
  /** Text and controls over the drawing: `<Hud at="top-left">`. */
  children?: ReactNode
}

/** The Panda in its allowed box, drawn only when something moved and at most 30 times a second. */
export function ArmScene(props: ArmSceneProps) {
  const [stage] = useState(() => new SceneStage())
  const [scheduler] = useState(() => new DrawScheduler(() => invalidate(), FRAME_PERIOD_MS))
  const requestDraw = useCallback(() => scheduler.request(), [scheduler])
  const [view, setView] = useState(() => {
    const free = { ...DEFAULT_VIEW, ...props.view }
    return keptView(props.screen) ?? { name: 'free' as const, free }
  })
  useImperativeHandle(props.sceneRef, () => stage, [stage])
  useEffect(() => () => scheduler.cancel(), [scheduler])
  useStageProps(stage, props)
  return (
    <div className={css.scene} role="img" aria-label={props.label}>
      <Guard fallback={() => <NoDrawing />}>
        <Canvas
          flat
          frameloop="demand"
          dpr={[1, 2]}
          gl={{ antialias: true, powerPreference: 'low-power' }}
          fallback={props.label}
        >
          <OrbitRig
            screen={props.screen}
            view={view.name}
            free={view.free}
            requestDraw={requestDraw}
            onTurned={(free) => setView({ name: 'free', free })}
          />
          <StageContents stage={stage} requestDraw={requestDraw} />
          {props.onPick && props.cloud && <PointPicker points={props.cloud} onPick={props.onPick} />}
        </Canvas>
      </Guard>
      {props.viewButtons && (
        <Hud at="top-right">
          <Segment
            label="View"
            options={VIEW_OPTIONS}
            value={view.name}
            onChange={(name) => setView({ name, free: view.free })}
          />
        </Hud>
      )}
      {props.children}
    </div>
  )
}

/** Without 3-D the numbers around it still tell where the arm is. */
function NoDrawing() {
  return (
    <div className={css.absent}>
      <EmptyState small title="The 3-D view cannot be drawn">
        This browser gives no WebGL. Everything else works; the numbers are live.
      </EmptyState>
    </div>
  )
}

type ContentsProps = { stage: SceneStage; requestDraw: () => void }

/** Stands the stage in the view's scene and lights and colours it; the rest needs no drawing surface. */
function StageContents({ stage, requestDraw }: ContentsProps): null {
  const scene = useThree((state) => state.scene)
  const renderer = useThree((state) => state.gl)
  const revision = useThemeRevision()
  useFrame(({ camera, size }) => stage.followView(camera, size.height))
  useEffect(() => {
    stage.addTo(scene, requestDraw)
    return () => stage.dispose()
  }, [stage, scene, requestDraw])
  useEffect(() => {
    stage.applyTheme(scene, renderer)
    requestDraw()
  }, [stage, scene, renderer, requestDraw, revision])
  return null
}

/** Hands what React knows to the stage; what moves comes through the handle. */
function useStageProps(stage: SceneStage, props: ArmSceneProps): void {
  const { joints, box, wall, cloud, goals, stale = false, armOpacity = 1, trailSeconds = 0 } = props
  const named = props.namedLinks ?? NO_LINKS
  useEffect(() => stage.keepTrail(trailSeconds), [stage, trailSeconds])
  useEffect(() => stage.showBox(box ?? null, wall ?? null), [stage, box, wall])
  useEffect(() => stage.showGoals(goals ?? NO_GOALS), [stage, goals])
  useEffect(() => stage.showArm(armOpacity, stale, named), [stage, armOpacity, stale, named])
  useEffect(() => {
    if (joints) stage.setJoints(joints)
  }, [stage, joints])
  useEffect(() => {
    // Without the prop the points belong to the handle, which may have added some already.
    if (cloud === undefined) return
    stage.clearCloud()
    if (cloud) stage.appendCloud(cloud)
  }, [stage, cloud])
}
