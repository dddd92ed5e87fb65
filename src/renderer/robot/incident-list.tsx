import type { IncidentSummary } from '../../contract/incident.ts'
import { Button } from '../parts/button.tsx'
import { formatClockSeconds, formatDay, formatNumber } from '../parts/format.ts'
import { Glyph } from '../parts/glyph.tsx'
import { Pane, PaneBody, PaneFoot, PaneHead } from '../parts/pane.tsx'
import { Row, Table, Td } from '../parts/table.tsx'
import text from '../parts/text.module.css'
import { go } from '../state/route.ts'
import css from './incident-screen.module.css'

interface Props {
  /** null while they are read. */
  list: readonly IncidentSummary[] | null
  selected: string | null
}

/** Every incident on record, newest first. */
export function IncidentList({ list, selected }: Props) {
  return (
    <Pane className={css.list} label="Incidents">
      <PaneHead
        title="Incidents"
        end={list !== null && <span className={text.tabular}>{formatNumber(list.length)}</span>}
      />
      <PaneBody flush>
        {list === null && <p className={css.says}>Not read yet.</p>}
        {list?.length === 0 && (
          <p className={css.says}>No incident is on record. One is made of each stop that a person has to clear.</p>
        )}
        {list !== null && list.length > 0 && (
          <Table label="Incidents">
            {list.map((incident, i) => (
              <Row
                key={incident.id}
                selected={incident.id === selected}
                resting={i === 0}
                onSelect={() => go('incidents', incident.id)}
              >
                <Td title={incident.message}>
                  <span className={css.entry}>
                    <Glyph kind={incident.problem === null ? 'bad' : 'unk'} />
                    <span>
                      {i === 0 && <span className={css.newest}>Newest</span>}
                      <b className={text.strong}>{incident.title}</b>
                      <small>
                        {incident.problem ??
                          `${formatDay(incident.at)}, ${formatClockSeconds(incident.at)}${incident.simulated ? ' · simulated' : ''}`}
                      </small>
                    </span>
                  </span>
                </Td>
              </Row>
            ))}
          </Table>
        )}
      </PaneBody>
      <PaneFoot>
        <Button wide onClick={() => go('robot')}>
          Back to the robot
        </Button>
      </PaneFoot>
    </Pane>
  )
}
