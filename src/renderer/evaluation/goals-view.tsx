import { useMemo } from 'react'
import type { TryResult } from '../../contract/evaluation.ts'
import { metresText } from '../../contract/metres.ts'
import { Hud, Pane } from '../parts/pane.tsx'
import { ArmScene } from '../scene/arm-scene.tsx'
import type { Goal as SceneGoal, Point3 } from '../scene/scene-contents.ts'
import { useRobot } from '../state/robot-store.ts'
import { closestTry } from './goal-table.tsx'

const HOME = [0, -Math.PI / 4, 0, (-3 * Math.PI) / 4, 0, Math.PI / 2, Math.PI / 4]

/** A goal and what was tried towards it. */
export interface TriedGoal {
  /** Its letter; empty for the only one of a task. */
  goal: string
  position: Point3
  tries: readonly TryResult[]
}

interface Props {
  title: string
  goals: readonly TriedGoal[]
  /** The one that is chosen. */
  chosen: string | null
  /** Joints of the try that runs, rad; without one the arm stands at home. */
  q: ArrayLike<number> | null
}

/** Goals and the closest points reached; the arm is faint so that it never hides a goal. */
export function GoalsView({ title, goals, chosen, q }: Props) {
  const limits = useRobot((state) => state.limits)
  const drawn = useMemo(
    () =>
      goals.map((item): SceneGoal => {
        const best = closestTry(item)
        return {
          letter: item.goal,
          position: item.position,
          selected: item.goal === chosen,
          ...(best === undefined ? {} : { closest: best.closestPoint, distance: `${metresText(best.closestM)} m` }),
        }
      }),
    [goals, chosen],
  )
  return (
    <Pane view label={`${title}: closest point for each goal`}>
      <ArmScene
        screen="evaluate"
        label={`The goals in the allowed box, and the closest points of ${title}`}
        joints={q ?? limits?.home ?? HOME}
        box={limits?.box}
        goals={drawn}
        armOpacity={0.42}
        view={{ azimuth: 0.5, elevation: 0.36, distance: 2.3, target: [0.4, 0.02, 0.38] }}
      >
        <Hud at="top-left">
          <b>{title}</b> · closest point for each goal
        </Hud>
        <Hud at="bottom-left">ring: goal &ensp; dot: closest tool-tip point</Hud>
      </ArmScene>
    </Pane>
  )
}
