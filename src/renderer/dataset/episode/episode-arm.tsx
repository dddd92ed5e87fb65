import { useEffect, useMemo, useRef } from 'react'
import type { EpisodeDetail } from '../../../contract/dataset.ts'
import type { ArmLimits } from '../../../contract/robot.ts'
import { formatMillimetres } from '../../parts/format.ts'
import { Hud, Pane } from '../../parts/pane.tsx'
import text from '../../parts/text.module.css'
import type { PlotCursor } from '../../plot/plot-cursor.ts'
import { usePlotCursor } from '../../plot/plot-cursor.ts'
import { nearestWall } from '../../scene/allowed-box-lines.ts'
import { ArmScene } from '../../scene/arm-scene.tsx'
import type { SceneHandle, Wall } from '../../scene/scene-contents.ts'
import type { EpisodeSignals } from './episode-signals.ts'
import { firstWithin, jointsAt, stepAt } from './episode-signals.ts'

type Props = { detail: EpisodeDetail; signals: EpisodeSignals; limits: ArmLimits | null; cursor: PlotCursor }

/** Length of the drawn path, s. */
const TRAIL_S = 5

/** The arm as it was recorded at the cursor, with the path of its tool tip; the wall or limb that ended it is marked. */
export function EpisodeArm({ detail, signals, limits, cursor }: Props) {
  const scene = useRef<SceneHandle>(null)
  const cause = useMemo(() => causeOf(detail, signals, limits), [detail, signals, limits])
  useEffect(() => {
    let shown = -1
    const show = (at: number | null): void => {
      const step = stepAt(signals, at ?? 0)
      if (step === shown) return
      shown = step
      scene.current?.setJoints(jointsAt(signals, step))
      scene.current?.setTrail(signals.tooltip.subarray(3 * firstWithin(signals, step, TRAIL_S), 3 * (step + 1)))
    }
    show(cursor.getState().at)
    return cursor.subscribe(({ at }, before) => at !== before.at && show(at))
  }, [signals, cursor])
  return (
    <Pane view label="The arm at the cursor">
      <ArmScene
        screen="episode"
        label="The arm as recorded at the cursor"
        sceneRef={scene}
        box={limits?.box}
        wall={cause.wall}
        namedLinks={cause.links}
        view={{ distance: 2.2, target: [0.34, -0.06, 0.36], azimuth: 0.62, elevation: 0.36 }}
        viewButtons
      >
        <Hud at="top-left">
          <b>Recorded</b> · line: tool tip, last 5 s
        </Hud>
        <Hud at="bottom-left">
          <Readout signals={signals} limits={limits} cursor={cursor} />
        </Hud>
        <Hud at="bottom-right" className={text.wideOnly}>
          grid 250 mm
        </Hud>
      </ArmScene>
    </Pane>
  )
}

function Readout({ signals, limits, cursor }: Omit<Props, 'detail'>) {
  const step = usePlotCursor(cursor, ({ at }) => stepAt(signals, at ?? 0))
  const [x = 0, y = 0, z = 0] = signals.tooltip.subarray(3 * step, 3 * step + 3)
  const near = limits && nearestWall(limits.box, x, y, z)
  return (
    <>
      <b className={text.tabular}>
        x {formatMillimetres(x)}&ensp;y {formatMillimetres(y)}&ensp;z {formatMillimetres(z)} mm
      </b>
      <br />
      {near && (
        <>
          {near.wall} wall{' '}
          <span
            className={near.distance < (limits?.boxSlowMargin ?? 0) ? `${text.warn} ${text.tabular}` : text.tabular}
          >
            {near.distance < 0
              ? `${formatMillimetres(-near.distance)} mm beyond`
              : `${formatMillimetres(near.distance)} mm away`}
          </span>
        </>
      )}
    </>
  )
}

type Cause = { wall: Wall | null; links: readonly number[] }

/** Links as the station names them in a stop, with their numbers; the longer name first where one holds the other. */
const LINK_NAMES: readonly (readonly [name: string, link: number])[] = [
  ['shoulder joint', 2],
  ['base', 0],
  ['shoulder', 1],
  ['upper arm', 3],
  ['elbow', 4],
  ['forearm', 5],
  ['wrist', 6],
  ['flange', 7],
  ['hand', 8],
]

/** What a stop names: the wall that the tool tip came to, the joint, or the pair of limbs. */
function causeOf({ stop }: EpisodeDetail, signals: EpisodeSignals, limits: ArmLimits | null): Cause {
  if (!stop) return { wall: null, links: [] }
  if (stop.code === 'workspace-box' && limits) {
    const [x = 0, y = 0, z = 0] = signals.tooltip.subarray(3 * signals.steps, 3 * signals.steps + 3)
    return { wall: nearestWall(limits.box, x, y, z).wall, links: [] }
  }
  const joint = /\bJoint (\d)\b/i.exec(stop.title)?.[1]
  return { wall: null, links: joint === undefined ? namedLinks(stop.title) : [Number(joint)] }
}

export function namedLinks(title: string): number[] {
  let rest = title.toLowerCase()
  const links: number[] = []
  for (const [name, link] of LINK_NAMES) {
    if (!new RegExp(`\\b${name}\\b`).test(rest)) continue
    links.push(link)
    rest = rest.replaceAll(name, '')
  }
  return links
}
