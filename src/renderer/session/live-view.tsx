import { useEffect, useRef } from 'react'
import type { SessionProgress } from '../../contract/session.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { formatMillimetres, formatNumber } from '../parts/format.ts'
import { Hud, Pane } from '../parts/pane.tsx'
import text from '../parts/text.module.css'
import { ArmScene } from '../scene/arm-scene.tsx'
import type { SceneHandle } from '../scene/scene-contents.ts'
import { useFollowArm } from '../robot/arm-view.tsx'
import { useNow } from '../state/now.ts'
import { useRobot, useRobotReading } from '../state/robot-store.ts'
import { robotNews } from '../state/robot-words.ts'
import { useLive } from '../state/session-store.ts'

const TRAIL_S = 5

/** The arm of this run and the points its tool tip has visited. */
export function LiveView({ progress }: { progress: SessionProgress }) {
  const limits = useRobot((state) => state.limits)
  const begun = useLive((state) => state.live !== null)
  if (limits === null || !begun)
    return (
      <Pane view label="Live view">
        <EmptyState small title="No step of this run has arrived yet">
          The arm and the points it visits are drawn here.
        </EmptyState>
      </Pane>
    )
  return progress.world === 'panda-fci' ? <ArmRunView /> : <SimulationView />
}

const VIEW = { distance: 2.45, target: [0.3, 0, 0.38] } as const

/** Over the network: posed from the measured joints. */
function ArmRunView() {
  const scene = useRef<SceneHandle>(null)
  useFollowArm(scene)
  useVisited(scene)
  const { robot, receivedAt, limits } = useRobotReading()
  const news = robotNews(robot, receivedAt, useNow())
  const age = formatNumber((news.ageMs ?? 0) / 1000, 1)
  return (
    <Pane view label="Live view">
      <ArmScene
        screen="collect-running"
        label="3-D live view with visited tool-tip positions"
        sceneRef={scene}
        joints={robot?.q}
        box={limits?.box}
        trailSeconds={TRAIL_S}
        stale={news.stale}
        view={VIEW}
      >
        <Hud at="top-left">
          <b>{news.stale ? `Last seen ${age} s ago` : 'Live'}</b> · dots: where the tool tip has been
        </Hud>
        <Hud at="bottom-left">
          <TipText tooltip={robot?.tooltip ?? null} />
          <br />
          speed <b className={text.tabular}>{formatNumber((robot?.tooltipSpeed ?? 0) * 1000)}</b> mm/s
        </Hud>
        <Hud at="bottom-right" className={text.wideOnly}>
          grid 250 mm
        </Hud>
      </ArmScene>
    </Pane>
  )
}

/** In the station: far faster than real time, so only positions mean something. */
function SimulationView() {
  const scene = useRef<SceneHandle>(null)
  useVisited(scene)
  useNow()
  const limits = useRobot((state) => state.limits)
  const live = useLive.getState().live
  useEffect(() => useLive.subscribe(({ live: next }) => next !== null && scene.current?.setJoints(next.q)), [])
  return (
    <Pane view label="Live view">
      <ArmScene
        screen="collect-running"
        label="3-D view of the simulated run with visited tool-tip positions"
        sceneRef={scene}
        joints={live?.q}
        box={limits?.box}
        view={VIEW}
      >
        <Hud at="top-left">
          <b>Simulation</b> · dots: where the tool tip has been
        </Hud>
        <Hud at="bottom-left">
          <TipText tooltip={live?.tooltip ?? null} />
        </Hud>
        <Hud at="bottom-right" className={text.wideOnly}>
          grid 250 mm
        </Hud>
      </ArmScene>
    </Pane>
  )
}

function TipText({ tooltip }: { tooltip: readonly [number, number, number] | null }) {
  if (tooltip === null) return null
  const [x, y, z] = tooltip.map((value) => formatMillimetres(value))
  return (
    <b className={text.tabular}>
      x {x}&ensp;y {y}&ensp;z {z} mm
    </b>
  )
}

/** Draws the points so far, then adds those of each message. A run that starts anew empties the view. */
function useVisited(scene: React.RefObject<SceneHandle | null>): void {
  useEffect(() => {
    let drawn = 0
    const draw = () => {
      const visited = useLive.getState().live?.visited
      if (visited === undefined || visited.length < drawn) {
        scene.current?.clearCloud()
        drawn = 0
      }
      if (visited === undefined || visited.length === drawn || scene.current === null) return
      scene.current.appendCloud(visited.subarray(drawn))
      drawn = visited.length
    }
    draw()
    return useLive.subscribe(draw)
  }, [scene])
}
