import type { ExperimentView } from '../../contract/experiment.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { formatNumber, MISSING } from '../parts/format.ts'
import { PaneBody, PaneHead } from '../parts/pane.tsx'
import { Row, Table, Td, Th } from '../parts/table.tsx'
import { valueText } from './experiment-grid.tsx'
import { cellAt, useExperiment } from './experiment-store.ts'

/** The runs of the opened cell, one row for each seed and goal. */
export function ExperimentRuns({ view }: { view: ExperimentView }) {
  const { opened, curve } = useExperiment()
  const cell = cellAt(view, opened)
  const runs = curve?.runs ?? []
  const goals = view.goals.length > 0
  const updates = view.rows.find(({ key }) => key === cell?.row)?.updates
  if (cell === undefined || runs.length === 0) {
    return (
      <>
        <PaneHead title="Runs" />
        <EmptyState small title={cell === undefined ? 'No cell is open' : 'No run yet'}>
          One row for each seed{goals ? ' and goal' : ''} of the open cell.
        </EmptyState>
      </>
    )
  }
  return (
    <>
      <PaneHead title="Runs">
        {cell.runs} of {cell.runsTotal} trained
      </PaneHead>
      <PaneBody flush>
        <Table
          label="Runs of the cell"
          head={
            <>
              <Th number>Seed</Th>
              {goals && <Th>Goal</Th>}
              <Th number>Updates</Th>
              <Th number>{goals ? 'Closest, m' : 'Return'}</Th>
            </>
          }
        >
          {runs.map(({ seed, goal, points }) => {
            const last = points.at(-1)
            return (
              <Row key={`${seed} ${goal ?? ''}`}>
                <Td number>{seed}</Td>
                {goals && <Td>{goal}</Td>}
                <Td number dim={last?.[0] !== updates}>
                  {formatNumber(last?.[0])}
                </Td>
                <Td number>{last === undefined ? MISSING : valueText(goals ? { finalM: 0 } : cell, last[1])}</Td>
              </Row>
            )
          })}
        </Table>
      </PaneBody>
    </>
  )
}
