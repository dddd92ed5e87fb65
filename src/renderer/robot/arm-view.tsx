import { useEffect, useRef } from 'react'
import { formatMillimetres, formatNumber } from '../parts/format.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { Hud, Pane } from '../parts/pane.tsx'
import { Quantity } from '../parts/quantity.tsx'
import text from '../parts/text.module.css'
import { ArmScene } from '../scene/arm-scene.tsx'
import type { SceneHandle } from '../scene/scene-contents.ts'
import { useNow } from '../state/now.ts'
import { useRobot, useRobotReading } from '../state/robot-store.ts'
import { robotNews } from '../state/robot-words.ts'
import css from './arm-view.module.css'

/** The arm as measured, never as commanded. */
export function ArmView() {
  const { robot, receivedAt, limits } = useRobotReading()
  const news = robotNews(robot, receivedAt, useNow())
  const scene = useRef<SceneHandle>(null)
  useFollowArm(scene)
  const seen = robot !== null && (robot.link === 'connected' || robot.link === 'lost')
  if (!seen)
    return (
      <Pane view label="Live view of the arm">
        <EmptyState title="No arm is connected">
          The arm stands here as soon as its state arrives, drawn from its measured joints. Without an arm at hand,
          choose Simulated Panda on the left.
        </EmptyState>
      </Pane>
    )
  const age = formatNumber((news.ageMs ?? 0) / 1000, 1)
  return (
    <Pane view label="Live view of the arm">
      <ArmScene
        screen="robot"
        label="3-D view of the arm, live"
        sceneRef={scene}
        joints={robot.q}
        box={limits?.box}
        stale={news.stale}
        view={{ distance: 2.1, target: [0.3, 0, 0.36] }}
        viewButtons
      >
        <Hud at="top-left">{news.stale ? <b>Last seen {age} s ago</b> : <b>Live</b>} · drawn from measured joints</Hud>
        <Hud at="bottom-left">
          <TipReadout tooltip={robot.tooltip} speed={robot.tooltipSpeed} stale={news.stale} />
        </Hud>
        <Hud at="bottom-right">grid 250 mm · dashed: allowed box</Hud>
      </ArmScene>
    </Pane>
  )
}

interface TipProps {
  tooltip: readonly [number, number, number]
  speed: number
  stale: boolean
}

function TipReadout({ tooltip, speed, stale }: TipProps) {
  const [x, y, z] = tooltip
  return (
    <table className={css.tip}>
      <tbody>
        <tr>
          <th scope="row">Tool tip</th>
          <td>
            <Quantity
              stale={stale}
              value={`x ${formatMillimetres(x)}\u2002y ${formatMillimetres(y)}\u2002z ${formatMillimetres(z)}`}
              unit="mm"
            />
          </td>
        </tr>
        <tr>
          <th scope="row">Speed</th>
          <td className={text.number}>
            <Quantity stale={stale} value={formatNumber(speed * 1000, 1)} unit="mm/s" />
          </td>
        </tr>
      </tbody>
    </table>
  )
}

/** rad; a turn that no pixel shows. An arm that stands still costs no drawing then. */
const VISIBLE_TURN = 2e-4

/** Poses the drawing as state messages come, without rendering. */
export function useFollowArm(scene: React.RefObject<SceneHandle | null>): void {
  useEffect(() => {
    let drawn: readonly number[] = []
    return useRobot.subscribe(({ robot }, before) => {
      if (robot === null || robot === before.robot || robot.link !== 'connected') return
      if (!robot.q.some((q, joint) => Math.abs(q - (drawn[joint] ?? Infinity)) > VISIBLE_TURN)) return
      drawn = robot.q
      scene.current?.setJoints(robot.q)
    })
  }, [scene])
}
