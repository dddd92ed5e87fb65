import { useMemo } from 'react'
import type { Incident } from '../../contract/incident.ts'
import { robotName } from '../../contract/robot.ts'
import { formatNumber } from '../parts/format.ts'
import { KeyValue, KeyValueRow } from '../parts/key-value.tsx'
import { Pane, PaneBody, PaneHead } from '../parts/pane.tsx'
import { Quantity } from '../parts/quantity.tsx'
import { Row, Table, Td } from '../parts/table.tsx'
import text from '../parts/text.module.css'
import type { PlotCursor } from '../plot/plot-cursor.ts'
import { usePlotCursor } from '../plot/plot-cursor.ts'
import type { IncidentSignals } from './incident-signals.ts'
import { changesOf, sampleAt } from './incident-signals.ts'
import { wordSignals } from './incident-words.ts'
import css from './incident-screen.module.css'

interface Props {
  incident: Incident
  signals: IncidentSignals
  flags: readonly string[]
  cursor: PlotCursor
}

/** Words at the cursor, what changed and when, and what the record says of the machine. */
export function IncidentFacts({ incident, signals, flags, cursor }: Props) {
  const words = useMemo(() => wordSignals(flags), [flags])
  const changes = useMemo(() => changesOf(signals, words), [signals, words])
  const at = usePlotCursor(cursor, (state) => state.hover ?? state.at ?? 0)
  const sample = sampleAt(signals, at)
  return (
    <Pane className={css.facts} label="Facts of the incident">
      <PaneHead
        title="At the cursor"
        end={<Quantity value={formatNumber(1000 * (signals.time[sample] ?? 0))} unit="ms from the stop" />}
      />
      <PaneBody fixed>
        <KeyValue>
          {words.map(({ what, read, word }, i) => (
            <KeyValueRow key={i} label={what}>
              {word(read(signals)[sample] ?? 0)}
            </KeyValueRow>
          ))}
        </KeyValue>
      </PaneBody>
      <PaneHead title="What changed" end={<span className={text.tabular}>{formatNumber(changes.length)}</span>} />
      <PaneBody flush>
        <div className={css.changes}>
          <Table label="What changed">
            {changes.map((change, i) => (
              <Row key={i} resting={i === 0} onSelect={() => cursor.setState({ at: change.at })}>
                <Td number dim>
                  <Quantity value={formatNumber(1000 * change.at)} unit="ms" />
                </Td>
                <Td title={`${change.what}: ${change.from}, then ${change.to}`}>
                  {change.what}: <b className={text.strong}>{change.to}</b>
                </Td>
              </Row>
            ))}
          </Table>
        </div>
        {changes.length === 0 && <p className={css.says}>No state word changed within these three seconds.</p>}
        <PaneHead title="Robot and computer" />
        <div className={css.says}>
          <Machine incident={incident} />
        </div>
      </PaneBody>
    </Pane>
  )
}

function Machine({ incident: { head } }: { incident: Incident }) {
  const { link, robot, user, host } = head
  const trip = link.roundTripMs
  return (
    <KeyValue>
      <KeyValueRow label="Robot">
        {robot.simulated ? `Simulated ${robotName(robot.protocol)}` : `${robotName(robot.protocol)}, ${robot.address}`}
      </KeyValueRow>
      <KeyValueRow label="Used by">{user ?? 'nobody'}</KeyValueRow>
      <KeyValueRow label="Round trip">
        {trip && <Quantity value={`${formatNumber(trip.mean, 2)}, worst ${formatNumber(trip.worst, 2)}`} unit="ms" />}
      </KeyValueRow>
      <KeyValueRow label="States lost">
        {`${formatNumber(link.lost)} of ${formatNumber(link.received + link.lost)}`}
      </KeyValueRow>
      {host.map(([name, value]) => (
        <KeyValueRow key={name} label={name} title={value}>
          {value}
        </KeyValueRow>
      ))}
    </KeyValue>
  )
}
