import { FIRST_RESEARCH_PROTOCOL, robotName, type ArmLimits, type RobotState } from '../../contract/robot.ts'
import { formatDegrees, formatNumber } from '../parts/format.ts'
import { Table, Td, Th } from '../parts/table.tsx'
import css from './limits-dialog.module.css'

interface Props {
  robot: RobotState | null
  /** Null before they were read. */
  limits: ArmLimits | null
}

/** What the robot itself stops at: of the kind that is connected, a Panda while none is. Nothing here can be changed. */
export function RobotOwnLimits({ robot, limits }: Props) {
  if (limits === null) return null
  const protocol = robot?.protocol ?? null
  const isResearch = protocol !== null && protocol >= FIRST_RESEARCH_PROTOCOL
  return (
    <section className={css.own} aria-label="Limits of the robot itself">
      <h2>
        {protocol === null ? 'No arm is connected. Limits of a ' : 'Limits of the robot itself: '}
        {robotName(protocol)}
      </h2>
      <p>
        The robot stops by itself at these, and they cannot be changed; the supervisor stays well inside.
        {isResearch && ' Near the ends of its range this robot allows less speed than the number here.'}
      </p>
      <Table
        label="Limits of the robot itself"
        head={
          <>
            <Th>Joint limit</Th>
            {limits.qMin.map((_, joint) => (
              <Th number key={joint}>
                J{joint + 1}
              </Th>
            ))}
            <Th>Unit</Th>
          </>
        }
      >
        <OwnRow label="Position, lower" values={limits.qMin} unit="°" show={formatDegrees} />
        <OwnRow label="Position, upper" values={limits.qMax} unit="°" show={formatDegrees} />
        <OwnRow label="Speed" values={limits.velocity} unit="°/s" show={formatDegrees} />
        <OwnRow label="Acceleration" values={limits.acceleration} unit="°/s²" show={(each) => formatDegrees(each, 0)} />
        <OwnRow label="Jerk" values={limits.jerk} unit="°/s³" show={(each) => formatDegrees(each, 0)} />
        <OwnRow label="Torque" values={limits.torque} unit="Nm" show={(each) => formatNumber(each)} />
      </Table>
    </section>
  )
}

interface RowProps {
  label: string
  /** SI units. */
  values: readonly number[]
  unit: string
  show: (value: number) => string
}

function OwnRow({ label, values, unit, show }: RowProps) {
  return (
    <tr>
      <Td>{label}</Td>
      {values.map((value, joint) => (
        <Td number key={joint}>
          {show(value)}
        </Td>
      ))}
      <Td dim>{unit}</Td>
    </tr>
  )
}
