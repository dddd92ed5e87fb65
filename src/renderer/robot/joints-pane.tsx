import type { ArmLimits, RobotState } from '../../contract/robot.ts'
import { formatDegrees, formatNumber } from '../parts/format.ts'
import { Glyph } from '../parts/glyph.tsx'
import { Pane, PaneBody, PaneHead } from '../parts/pane.tsx'
import { Quantity } from '../parts/quantity.tsx'
import { Row, Table, Td, Th } from '../parts/table.tsx'
import text from '../parts/text.module.css'
import { useNow } from '../state/now.ts'
import { useRobotReading } from '../state/robot-store.ts'
import { robotNews } from '../state/robot-words.ts'
import { JointBar } from './joint-bar.tsx'
import { RobotLinks } from './robot-links.tsx'
import css from './robot-screen.module.css'

/** Seven joints against their limits. */
export function JointsPane() {
  const { robot, receivedAt, limits } = useRobotReading()
  const news = robotNews(robot, receivedAt, useNow())
  const seen = robot !== null && (robot.link === 'connected' || robot.link === 'lost')
  const slow =
    limits === null ? '' : `hatched: last ${formatDegrees(limits.slowMargin)}° before a limit, motion slows there`
  return (
    <Pane className={css.wide} label="Joints">
      <PaneHead title="Joints" end={<span className={text.wideOnly}>{slow}</span>}>
        <RobotLinks />
      </PaneHead>
      <PaneBody flush clip className={css.joints}>
        <Table
          label="Joints"
          head={
            <>
              <Th>Joint</Th>
              <Th number hide="narrow">
                Lower
              </Th>
              <Th>Position against limits</Th>
              <Th number hide="narrow">
                Upper
              </Th>
              <Th number>Position</Th>
              <Th number>Nearest limit</Th>
              <Th number>Speed</Th>
              <Th number>External torque</Th>
            </>
          }
        >
          {limits?.qMin.map((_, joint) => (
            <JointRow key={joint} joint={joint} limits={limits} robot={seen ? robot : null} stale={news.stale} />
          ))}
        </Table>
      </PaneBody>
    </Pane>
  )
}

interface RowProps {
  joint: number
  limits: ArmLimits
  robot: RobotState | null
  stale: boolean
}

function JointRow({ joint, limits, robot, stale }: RowProps) {
  const lower = limits.qMin[joint] ?? 0
  const upper = limits.qMax[joint] ?? 0
  const q = robot?.q[joint] ?? null
  const margin = q === null ? null : Math.min(q - lower, upper - q)
  return (
    <Row>
      <Td>
        <b>J{joint + 1}</b>
      </Td>
      <Td number dim hide="narrow">
        <Quantity value={formatDegrees(lower)} unit="°" />
      </Td>
      <Td>
        <JointBar lower={lower} upper={upper} q={q} slowMargin={limits.slowMargin} stale={stale} />
      </Td>
      <Td number dim hide="narrow">
        <Quantity value={formatDegrees(upper)} unit="°" />
      </Td>
      <Td number>
        <Quantity value={formatDegrees(q)} unit="°" stale={stale} />
      </Td>
      <Td number>
        <Margin margin={margin} slowMargin={limits.slowMargin} stale={stale} />
      </Td>
      <Td number>
        <Quantity value={formatDegrees(robot?.dq[joint])} unit="°/s" stale={stale} />
      </Td>
      <Td number>
        <Quantity value={formatNumber(robot?.tauExternal[joint], 1)} unit="Nm" stale={stale} />
      </Td>
    </Row>
  )
}

/** Caution inside the hatched zone, stopped at the limit. */
function Margin({ margin, slowMargin, stale }: { margin: number | null; slowMargin: number; stale: boolean }) {
  const value = <Quantity value={formatDegrees(margin)} unit="°" stale={stale} />
  if (margin === null || stale || margin >= slowMargin) return value
  const kind = margin <= 0 ? 'bad' : 'warn'
  return (
    <span className={`${css.margin} ${kind === 'bad' ? text.bad : text.warn}`}>
      <Glyph kind={kind} />
      {value}
    </span>
  )
}
