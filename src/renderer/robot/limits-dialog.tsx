import { useEffect, useState } from 'react'
import type { Problem } from '../../contract/problem.ts'
import type { RobotState } from '../../contract/robot.ts'
import { SPEED_NEAR_PEOPLE, SPEED_NOBODY_NEAR } from '../../contract/robot-limits.ts'
import type { LimitRow } from '../../contract/robot-limits.ts'
import { Button } from '../parts/button.tsx'
import { Dialog, DialogActions } from '../parts/dialog.tsx'
import { formatNumber, formatPercent } from '../parts/format.ts'
import { ProblemNotice } from '../parts/problem-notice.tsx'
import { Segment } from '../parts/segment.tsx'
import { Table, Td, Th } from '../parts/table.tsx'
import text from '../parts/text.module.css'
import { api, problemOf } from '../state/api.ts'
import { useRobotReading } from '../state/robot-store.ts'
import { LimitInput } from './limit-input.tsx'
import { limitText, shownUnit } from './limit-units.ts'
import css from './limits-dialog.module.css'
import { RobotOwnLimits } from './robot-own-limits.tsx'
import { UnattendedFields } from './unattended-fields.tsx'

type SetLimit = (name: string, values: readonly number[]) => Promise<void>

/** Every number of the supervisor. Tighter at any time; looser only while the arm stands, and never beyond the default. */
export function LimitsDialog({ onClose }: { onClose: () => void }) {
  const { robot, limits } = useRobotReading()
  const [rows, setRows] = useState<readonly LimitRow[] | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  useEffect(() => {
    api.robot.limitRows.query().then(setRows, (error: unknown) => setProblem(problemOf(error)))
  }, [])
  const set: SetLimit = async (name, values) => {
    try {
      setRows(await api.robot.setLimit.mutate({ name, values: [...values] }))
      setProblem(null)
    } catch (error) {
      setProblem(problemOf(error))
    }
  }
  return (
    <Dialog
      open
      title="Limits of the supervisor"
      width={960}
      onClose={onClose}
      description="A limit can be made tighter at any time, and looser again up to its default while the arm stands still. This station keeps them; nothing here is safety-rated."
    >
      <ProblemNotice problem={problem} />
      <div className={css.top}>
        <SpeedPreset rows={rows} set={set} />
        <Interventions robot={robot} />
      </div>
      <UnattendedFields onProblem={setProblem} />
      <div className={css.list}>
        {rows === null ? <p className={text.dim}>Not read yet.</p> : <LimitTable rows={rows} robot={robot} set={set} />}
        <RobotOwnLimits robot={robot} limits={limits} />
      </div>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  )
}

const PRESETS = [
  { value: String(SPEED_NEAR_PEOPLE), label: 'People near: 250 mm/s', title: 'Reduced speed of ISO 10218' },
  { value: String(SPEED_NOBODY_NEAR), label: 'Nobody near: 1,000 mm/s' },
]

function SpeedPreset({ rows, set }: { rows: readonly LimitRow[] | null; set: SetLimit }) {
  const speed = rows?.find(({ name }) => name === 'toolSpeed')?.current[0]
  return (
    <Segment
      label="Speed of tool tip, elbow and wrist"
      options={PRESETS}
      value={speed === undefined ? '' : String(speed)}
      onChange={(value) => void set('toolSpeed', [Number(value)])}
    />
  )
}

function Interventions({ robot }: { robot: RobotState | null }) {
  const steps = robot?.supervisor.steps ?? 0
  if (robot === null || steps === 0)
    return <p className={text.dim}>No step was supervised since the arm was connected.</p>
  const { slowedSteps, clippedSteps, lateTicks } = robot.supervisor
  return (
    <p>
      Of {formatNumber(steps)} steps the supervisor slowed <b>{formatPercent(slowedSteps / steps)} %</b> and clipped{' '}
      <b>{formatPercent(clippedSteps / steps)} %</b>; {formatNumber(lateTicks)} late.
    </p>
  )
}

function LimitTable({ rows, robot, set }: { rows: readonly LimitRow[]; robot: RobotState | null; set: SetLimit }) {
  const counts = new Map(robot?.supervisor.rules.map((rule) => [rule.row, rule]))
  return (
    <Table
      label="Limits of the supervisor"
      head={
        <>
          <Th number>Rule</Th>
          <Th>Limit</Th>
          <Th>In force</Th>
          <Th number>Default</Th>
          <Th number title="Steps and stops in which the rule warned since the arm was connected">
            Warned
          </Th>
          <Th number title="Steps and stops in which the rule slowed or stopped the arm">
            Acted
          </Th>
        </>
      }
    >
      {rows.map((row, i) => (
        <tr key={row.name} className={row.rule === rows[i - 1]?.rule ? undefined : css.first}>
          <Td number dim>
            {row.rule === rows[i - 1]?.rule || row.rule === 0 ? '' : row.rule}
          </Td>
          <Td title={row.name}>{row.label}</Td>
          <Td>
            <LimitInput row={row} set={(values) => set(row.name, values)} />
          </Td>
          <Td number dim>
            {row.defaults.map((value) => limitText(value, shownUnit(row))).join('  ')}{' '}
            <span className={css.unit}>{shownUnit(row).unit}</span>
          </Td>
          <Td number>{row.rule === rows[i - 1]?.rule ? '' : formatNumber(counts.get(row.rule)?.warned ?? 0)}</Td>
          <Td number>{row.rule === rows[i - 1]?.rule ? '' : formatNumber(counts.get(row.rule)?.acted ?? 0)}</Td>
        </tr>
      ))}
    </Table>
  )
}
