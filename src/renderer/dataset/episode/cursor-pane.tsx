import { useMemo } from 'react'
import type { EpisodeRow, RunSheet } from '../../../contract/dataset.ts'
import type { ArmLimits } from '../../../contract/robot.ts'
import { formatClockSeconds, formatDay, formatNumber, formatPercent, toDegrees } from '../../parts/format.ts'
import { KeyValue, KeyValueRow } from '../../parts/key-value.tsx'
import { Pane, PaneBody, PaneHead } from '../../parts/pane.tsx'
import { Quantity } from '../../parts/quantity.tsx'
import { Table, Td, Th } from '../../parts/table.tsx'
import text from '../../parts/text.module.css'
import type { PlotCursor } from '../../plot/plot-cursor.ts'
import { usePlotCursor } from '../../plot/plot-cursor.ts'
import { nearestWall } from '../../scene/allowed-box-lines.ts'
import { explorerLabel } from '../../session/explorers.ts'
import { isArmWorld } from '../dataset-words.ts'
import { laneName } from './episode-lanes.tsx'
import type { EpisodeSignals } from './episode-signals.ts'
import { CLIP, clippedShares, isSlowed, longestStep, sentShare, stepAt } from './episode-signals.ts'
import { FLAG_WORDS, flagsOf, isCause } from './flag-words.ts'
import css from './episode-screen.module.css'

type Props = {
  row: EpisodeRow
  sheet: RunSheet
  signals: EpisodeSignals
  limits: ArmLimits | null
  cursor: PlotCursor
}

/** Values at the cursor, for an arm what the supervisor did there, and facts of the whole episode. */
export function CursorPane({ row, sheet, signals, limits, cursor }: Props) {
  const arm = isArmWorld(sheet.world)
  const step = usePlotCursor(cursor, ({ at }) => stepAt(signals, at ?? 0))
  return (
    <Pane className={css.facts} label="At the cursor">
      <PaneHead title="At the cursor" end={<span className={text.tabular}>step {formatNumber(step)}</span>} />
      <PaneBody flush>
        <div className={css.joints}>
          {arm ? (
            <JointTable signals={signals} step={step} />
          ) : (
            <ActionTable signals={signals} sheet={sheet} step={step} />
          )}
        </div>
        {arm && (
          <>
            <PaneHead title="Supervisor" />
            <div className={css.says}>
              <Supervisor signals={signals} limits={limits} step={step} />
            </div>
          </>
        )}
        <PaneHead title="Episode" />
        <div className={css.says}>
          <Facts row={row} sheet={sheet} signals={signals} />
        </div>
      </PaneBody>
    </Pane>
  )
}

function JointTable({ signals, step }: { signals: EpisodeSignals; step: number }) {
  const { observations, observationSize, asked, sent, actionSize, actionScale, steps } = signals
  // After the last action there is a state but no further action.
  const acted = step < steps
  const speed = (rows: Float32Array, joint: number): number | null =>
    acted ? toDegrees((rows[step * actionSize + joint] ?? 0) * (actionScale[joint] ?? 1)) : null
  return (
    <Table
      label="Joints at the cursor"
      head={
        <>
          <Th>Joint</Th>
          <Th number>Angle</Th>
          <Th number>Asked</Th>
          <Th number>Sent</Th>
        </>
      }
    >
      {actionScale.slice(0, 7).map((_, joint) => (
        <tr key={joint}>
          <td>
            <b className={text.strong}>J{joint + 1}</b>
          </td>
          <Td number>
            <Quantity value={formatNumber(toDegrees(observations[step * observationSize + joint] ?? 0), 1)} unit="°" />
          </Td>
          <AskedCell value={speed(asked, joint)} clipped={Math.abs(asked[step * actionSize + joint] ?? 0) > CLIP} />
          <Td number>
            <Quantity value={formatNumber(speed(sent, joint), 1)} unit="°/s" />
          </Td>
        </tr>
      ))}
    </Table>
  )
}

/** Bold where it lies beyond what can be asked for. */
function AskedCell({ value, clipped }: { value: number | null; clipped: boolean }) {
  const over = clipped && value !== null
  return (
    <Td number strong={over} title={over ? 'Clipped: more than can be asked for' : undefined}>
      {formatNumber(value, 1)}
    </Td>
  )
}

/** Of a world without an arm: each action by its name and unit. */
function ActionTable({ signals, sheet, step }: { signals: EpisodeSignals; sheet: RunSheet; step: number }) {
  const { asked, sent, actionSize, steps } = signals
  const value = (rows: Float32Array, action: number, scale: number): number | null =>
    step < steps ? (rows[step * actionSize + action] ?? 0) * scale : null
  return (
    <Table
      label="Actions at the cursor"
      head={
        <>
          <Th>Action</Th>
          <Th number>Asked</Th>
          <Th number>Sent</Th>
        </>
      }
    >
      {sheet.action.map(({ name, unit, scale }, action) => (
        <tr key={name}>
          <td>
            <b className={text.strong}>{name}</b>
          </td>
          <AskedCell value={value(asked, action, scale)} clipped={Math.abs(value(asked, action, 1) ?? 0) > CLIP} />
          <Td number>
            <Quantity value={formatNumber(value(sent, action, scale), 1)} unit={unit} />
          </Td>
        </tr>
      ))}
    </Table>
  )
}

function Supervisor({ signals, limits, step }: { signals: EpisodeSignals; limits: ArmLimits | null; step: number }) {
  const flags = signals.flags[step] ?? 0
  const share = sentShare(signals, step)
  if (step >= signals.steps) return <p>The episode ended here.</p>
  const noted = flagsOf(flags).filter((name) => name !== 'slowed')
  return (
    <>
      {isSlowed(flags) && <p>Slowed to {formatPercent(share, 0)} % of the asked speed.</p>}
      {isSlowed(flags) && !noted.some(isCause) && <p className={text.dim}>{wallNear(signals, limits, step)}</p>}
      {noted.map((name) => (
        <p key={name} className={text.dim}>
          {FLAG_WORDS[name].says}
        </p>
      ))}
      {flags === 0 && (
        <p className={text.dim}>No limit is near. The asked speed is followed with limited acceleration.</p>
      )}
    </>
  )
}

/** Nearest wall when it is near enough to slow; older files do not say which rule it was. */
function wallNear({ tooltip }: EpisodeSignals, limits: ArmLimits | null, step: number): string {
  if (!limits) return ''
  const [x, y, z] = tooltip.subarray(3 * step, 3 * step + 3)
  const { wall, distance } = nearestWall(limits.box, x ?? 0, y ?? 0, z ?? 0)
  return distance < limits.boxSlowMargin
    ? `The ${wall} wall is ${formatNumber(1000 * distance)} mm away.`
    : 'A joint limit or the arm itself is near.'
}

function Facts({ row, sheet, signals }: { row: EpisodeRow; sheet: RunSheet; signals: EpisodeSignals }) {
  const clipped = useMemo(() => {
    const named = clippedShares(signals).map((share, i) => ({ name: laneName(sheet.action[i]?.name ?? '', i), share }))
    return named.filter(({ share }) => share > 0).sort((a, b) => b.share - a.share)
  }, [signals, sheet])
  const [most] = clipped
  return (
    <KeyValue>
      <KeyValueRow label="Slowed">
        <Quantity value={formatPercent(row.slowedSteps / row.steps)} unit="% of steps" />
      </KeyValueRow>
      <KeyValueRow label="Clipped">
        <Quantity value={formatPercent(row.clippedSteps / row.steps)} unit="% of steps" />
      </KeyValueRow>
      {most && (
        <KeyValueRow
          label="Clipped most"
          title={clipped.map(({ name, share }) => `${name} ${formatPercent(share)} %`).join('\n')}
        >
          {most.name}, <Quantity value={formatPercent(most.share)} unit="%" />
        </KeyValueRow>
      )}
      <KeyValueRow label="Late ticks">{formatNumber(row.lateTicks)}</KeyValueRow>
      <KeyValueRow label="Longest step">
        <Quantity value={formatNumber(1000 * longestStep(signals))} unit="ms" />
      </KeyValueRow>
      <KeyValueRow label="New cells">{formatNumber(row.newCells)}</KeyValueRow>
      <KeyValueRow label="Concern">{formatNumber(row.concern)}</KeyValueRow>
      <KeyValueRow label="Began">
        {formatDay(row.startedAt)}, {formatClockSeconds(row.startedAt)}
      </KeyValueRow>
      <KeyValueRow label="Explorer">{explorerLabel(sheet.explorer)}</KeyValueRow>
    </KeyValue>
  )
}
