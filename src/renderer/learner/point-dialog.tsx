import { useMemo, useState } from 'react'
import type { DatasetSummary } from '../../contract/dataset.ts'
import { unpackFloat32 } from '../../contract/packed.ts'
import { useLoaded } from '../dataset/use-loaded.ts'
import { Button } from '../parts/button.tsx'
import { Dialog, DialogActions } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { formatMillimetres, formatNumber } from '../parts/format.ts'
import { Hud } from '../parts/pane.tsx'
import { ArmScene } from '../scene/arm-scene.tsx'
import type { Point3 } from '../scene/scene-contents.ts'
import { api } from '../state/api.ts'
import { useRobot } from '../state/robot-store.ts'
import css from './reward-dialog.module.css'
import type { TaskDraft } from './task-choice.ts'

type Point = TaskDraft['point']

interface Props {
  dataset: DatasetSummary
  /** Text of x, y and z in mm to begin with. */
  point: Point
  onUse: (point: Point) => void
  onClose: () => void
}

/** Points of the cloud; a click takes one of them. */
const CLOUD_POINTS = 20_000

const readCloud = async (id: string): Promise<Float32Array> =>
  unpackFloat32((await api.dataset.cloud.query({ id, most: CLOUD_POINTS })).points)

/** A point to reach is clicked among the places where the tool tip has been. */
export function PointDialog({ dataset, point: before, onUse, onClose }: Props) {
  const [point, setPoint] = useState(before)
  const limits = useRobot((state) => state.limits)
  const cloud = useLoaded(dataset.id, '', readCloud)
  const place = useMemo(() => placeOf(point), [point])
  const goals = useMemo(() => (place ? [{ letter: '', position: place, selected: true }] : []), [place])
  const near = place && cloud.value ? nearestDistance(cloud.value, place) : null
  return (
    <Dialog
      open
      title="A point to reach"
      description={`Click a place where the tool tip of ${dataset.name} has been. Drag to turn, scroll to come nearer.`}
      onClose={onClose}
    >
      <div className={css.scene}>
        <ArmScene
          screen="point"
          label="Where the tool tip has been, and the chosen point"
          box={limits?.box}
          cloud={cloud.value}
          goals={goals}
          armOpacity={0.42}
          view={{ distance: 2, target: [0.36, 0, 0.38] }}
          viewButtons
          onPick={(picked) => setPoint(picked.map((v) => formatMillimetres(v)) as Point)}
        >
          <Hud at="bottom-right">grid 250 mm</Hud>
        </ArmScene>
      </div>
      <div className={css.chosen}>
        {(['x', 'y', 'z'] as const).map((axis, i) => (
          <Field
            key={axis}
            label={axis}
            unit="mm"
            value={point[i] ?? ''}
            onChange={(typed) => setPoint(point.with(i, typed) as Point)}
          />
        ))}
        <p>{near === null ? '' : `The data come within ${formatNumber(1000 * near)} mm of it.`}</p>
      </div>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          kind="primary"
          reason={place ? null : 'Three numbers in mm are needed'}
          onClick={() => {
            onUse(point)
            onClose()
          }}
        >
          Use this point
        </Button>
      </DialogActions>
    </Dialog>
  )
}

/** m; null while it is no place. */
function placeOf(point: Point): Point3 | null {
  const values = point.map((typed) =>
    typed.trim() === '' ? NaN : Number(typed.replace('\u2212', '-').replace(',', '')) / 1000,
  )
  const [x = NaN, y = NaN, z = NaN] = values
  return values.every(Number.isFinite) ? [x, y, z] : null
}

/** Distance from a place to the nearest of the points, m. */
function nearestDistance(points: Float32Array, [x, y, z]: Point3): number | null {
  let least = Infinity
  for (let i = 0; i < points.length; i += 3)
    least = Math.min(least, Math.hypot((points[i] ?? 0) - x, (points[i + 1] ?? 0) - y, (points[i + 2] ?? 0) - z))
  return Number.isFinite(least) ? least : null
}
