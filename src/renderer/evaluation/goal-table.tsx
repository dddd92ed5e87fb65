import { metresText } from '../../contract/metres.ts'
import type { GridCell, TryResult } from '../../contract/evaluation.ts'
import type { Goal } from '../../contract/task.ts'
import { formatNumber, MISSING } from '../parts/format.ts'
import { Quantity } from '../parts/quantity.tsx'
import { StateWord } from '../parts/state-word.tsx'
import { Row, Table, Td, Th } from '../parts/table.tsx'
import { DotStrip } from './dot-strip.tsx'
import { useEvaluate } from './evaluate-store.ts'
import css from './evaluate-screen.module.css'

type CellGoal = GridCell['goals'][number]

/** Closest try of a goal; undefined while none was made. */
export function closestTry({ tries }: { tries: readonly TryResult[] }): TryResult | undefined {
  return [...tries].sort((a, b) => a.closestM - b.closestM)[0]
}

/** A distance in metres, as Table 1 prints it. */
export const metres = (value: number | null, strong = false) =>
  value === null ? MISSING : <Quantity value={strong ? <b>{metresText(value)}</b> : metresText(value)} unit="m" />

function GoalState({ goal }: { goal: CellGoal }) {
  if (goal.policyPath === null) return <StateWord kind="unk">Not trained</StateWord>
  if (goal.tries.length === 0) return <StateWord kind="wait">Not tried</StateWord>
  const early = goal.tries.filter((item) => item.endReason !== 'step-limit').length
  if (early === 0) return <StateWord kind="ok">Done</StateWord>
  return <StateWord kind="warn">{early === 1 ? '1 try ended early' : `${early} tries ended early`}</StateWord>
}

interface Props {
  cell: GridCell
  goals: readonly Goal[]
  selected: string | null
}

export function GoalTable({ cell, goals, selected }: Props) {
  const tries = cell.goals.reduce((sum, goal) => sum + goal.tries.length, 0)
  const position = (name: string) => goals.find((goal) => goal.name === name)?.position
  return (
    <Table
      label="Results by goal"
      head={
        <>
          <Th>Goal</Th>
          <Th hide="narrow">Position x, y, z</Th>
          <Th number>Closest</Th>
          <Th style={{ width: '30%' }}>Tries, 0 to 0.8 m</Th>
          <Th number>Final</Th>
          <Th number hide="narrow">
            At
          </Th>
          <Th>State</Th>
        </>
      }
    >
      {cell.goals.map((goal) => {
        const at = position(goal.goal)
        const closest = closestTry(goal)
        return (
          <Row
            key={goal.goal}
            selected={goal.goal === selected}
            onSelect={() => useEvaluate.setState({ goal: goal.goal })}
          >
            <Td>
              <b className={css.goal}>{goal.goal}</b>
            </Td>
            <Td hide="narrow">
              {at === undefined ? (
                MISSING
              ) : (
                <Quantity value={at.map((v) => formatNumber(v * 1000)).join(', ')} unit="mm" />
              )}
            </Td>
            <Td number>{metres(goal.closestM, true)}</Td>
            <Td>
              <DotStrip
                values={goal.tries.map((item) => item.closestM)}
                mean={goal.closestM}
                label={`closest distances of goal ${goal.goal}`}
              />
            </Td>
            <Td number>{metres(goal.finalM)}</Td>
            <Td number dim hide="narrow">
              {closest === undefined ? MISSING : <Quantity value={formatNumber(closest.closestAtS, 1)} unit="s" />}
            </Td>
            <Td>
              <GoalState goal={goal} />
            </Td>
          </Row>
        )
      })}
      <Row>
        <Td>
          <b>Mean</b>
        </Td>
        <Td hide="narrow" />
        <Td number>{metres(cell.meanClosestM, true)}</Td>
        <Td />
        <Td number>{metres(cell.meanFinalM)}</Td>
        <Td hide="narrow" />
        <Td dim>{tries === 1 ? '1 try' : `${tries} tries`}</Td>
      </Row>
    </Table>
  )
}
