import { useMemo, useState } from 'react'
import type { Incident, IncidentSummary } from '../../contract/incident.ts'
import { useLoaded } from '../dataset/use-loaded.ts'
import { Button } from '../parts/button.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { formatClockSeconds, formatDay, formatNumber } from '../parts/format.ts'
import { Pane, PaneFoot, WorkArea } from '../parts/pane.tsx'
import { Notice } from '../parts/notice.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Segment } from '../parts/segment.tsx'
import { createPlotCursor } from '../plot/plot-cursor.ts'
import { api } from '../state/api.ts'
import { useRobot } from '../state/robot-store.ts'
import { IncidentFacts } from './incident-facts.tsx'
import { IncidentList } from './incident-list.tsx'
import type { PlotSet } from './incident-plots.tsx'
import { IncidentPlots } from './incident-plots.tsx'
import { readSignals } from './incident-signals.ts'
import { readIncident } from './read-incident.ts'
import { ReportButtons } from './report-buttons.tsx'
import { setStopAside, useStop } from './stop-store.ts'
import css from './incident-screen.module.css'

const readFlags = () => api.robot.errorFlags.query()

/** Stops that a person had to clear: the list, and the seconds around the chosen one at 1 kHz. */
export function IncidentScreen({ id }: { id: string | null }) {
  const list = useRobot((state) => state.incidents)
  const chosen = list?.find((each) => each.id === id) ?? list?.[0] ?? null
  // The complete form replaces the first one a second after the stop; its size is another.
  const { value, problem } = useLoaded(chosen?.id ?? null, String(chosen?.bytes), readIncident)
  return (
    <WorkArea className={css.grid}>
      <IncidentList list={list} selected={chosen?.id ?? null} />
      {value === null ? (
        <Pane className={css.rest} label="Incident">
          {problem === null ? <Nothing chosen={chosen} /> : <ProblemView problem={problem} />}
        </Pane>
      ) : (
        <OpenIncident key={value.id} incident={value} />
      )}
    </WorkArea>
  )
}

function Nothing({ chosen }: { chosen: IncidentSummary | null }) {
  if (chosen !== null) return <EmptyState title="Reading the record">It holds three seconds at 1 kHz.</EmptyState>
  return (
    <EmptyState title="No incident on record">
      After a stop this shows every signal of the two seconds before it and the second after it.
    </EmptyState>
  )
}

/** The dialog of the stop waits while its incident is looked at. */
function HeldNotice() {
  const { cause, aside, phase } = useStop()
  if (cause === null || !aside) return null
  return (
    <Notice
      kind={phase === 're-armed' ? 'warn' : 'bad'}
      title={phase === 're-armed' ? 'The arm is re-armed.' : 'The arm is stopped and held.'}
      actions={
        <Button size="small" autoFocus onClick={() => setStopAside(false)}>
          Back to the stop
        </Button>
      }
    >
      Nothing moves until you go on there.
    </Notice>
  )
}

const SETS = [
  { value: 'joint', label: 'Joint' },
  { value: 'tool', label: 'Tool' },
  { value: 'link', label: 'Link' },
  { value: 'computer', label: 'Computer' },
] as const

const JOINTS = [1, 2, 3, 4, 5, 6, 7].map((joint) => ({ value: String(joint), label: `J${joint}` }))

function OpenIncident({ incident }: { incident: Incident }) {
  const { head } = incident
  const signals = useMemo(() => readSignals(incident), [incident])
  const [set, setSet] = useState<PlotSet>('joint')
  const [joint, setJoint] = useState(String(head.cause.joint ?? 1))
  const [cursor] = useState(() => createPlotCursor(0))
  const flags = useLoaded('flags', '', readFlags).value ?? []
  return (
    <>
      <Pane className={css.middle} label="Signals around the stop">
        <HeldNotice />
        <div className={css.title}>
          <h1>{head.cause.title}</h1>
          <span className={css.when}>
            {formatDay(head.cause.at)}, {formatClockSeconds(head.cause.at)}
          </span>
          <p>{head.cause.message}</p>
          <p className={css.tip}>{head.cause.tip}</p>
        </div>
        <div className={css.choice}>
          <Segment label="Signals" options={SETS} value={set} onChange={setSet} />
          {set === 'joint' && <Segment label="Joint" options={JOINTS} value={joint} onChange={setJoint} />}
          <span className={css.note}>
            {signals.samples === 0
              ? 'no control cycle is in this record'
              : `tinted: after the stop · ${formatNumber(signals.samples)} cycles${head.complete ? '' : ', the second after is missing'}`}
          </span>
        </div>
        <IncidentPlots head={head} signals={signals} set={set} joint={Number(joint)} cursor={cursor} />
        <PaneFoot className={css.actions}>
          <ReportButtons name={`forager-incident-${incident.id}`} report={() => Promise.resolve(incident.report)} />
          <Button onClick={() => cursor.setState({ zoom: null, at: 0 })}>Show all, cursor at the stop</Button>
        </PaneFoot>
      </Pane>
      <IncidentFacts incident={incident} signals={signals} flags={flags.map(({ name }) => name)} cursor={cursor} />
    </>
  )
}
