import { useEffect, useMemo, useState } from 'react'
import type { RobotState, StopCause } from '../../contract/robot.ts'
import type { SessionProgress } from '../../contract/session.ts'
import { useLoaded } from '../dataset/use-loaded.ts'
import { END_REASONS } from '../parts/end-reasons.tsx'
import {
  formatAge,
  formatClock,
  formatClockSeconds,
  formatDuration,
  formatMillimetres,
  formatNumber,
} from '../parts/format.ts'
import { LatchedStopDialog } from '../parts/latched-stop-dialog.tsx'
import { StateWord } from '../parts/state-word.tsx'
import { api } from '../state/api.ts'
import { useKeyAction } from '../state/keys.ts'
import { go, useRoute } from '../state/route.ts'
import { useNow } from '../state/now.ts'
import { usePress } from '../state/press.ts'
import { useRobot, useRobotReading } from '../state/robot-store.ts'
import { robotNews, robotWord, type News } from '../state/robot-words.ts'
import { saveFile } from '../state/save-file.ts'
import { isRunOpen, useSession } from '../state/session-store.ts'
import { useStation } from '../state/station-store.ts'
import { readSignals } from './incident-signals.ts'
import { readIncident } from './read-incident.ts'
import { reconnect } from './reconnect.ts'
import { StopBoxDialog } from './stop-box-dialog.tsx'
import { StopChart, stopSignal } from './stop-chart.tsx'
import { closeStop, incidentOf, setStopAside, setStopPhase, startStopWatch, useStop } from './stop-store.ts'

/** Stands over every screen while a stop is latched, and until the person went on. */
export function StopDialog() {
  useEffect(startStopWatch, [])
  const cause = useStop((stop) => stop.cause)
  const aside = useStop((stop) => stop.aside)
  const onIncident = useRoute().screen === 'incidents'
  useEffect(() => {
    if (!onIncident) setStopAside(false)
  }, [onIncident])
  if (cause === null || (aside && onIncident)) return null
  // A new stop starts a new dialog: the tick of the last one does not count.
  return <OpenDialog key={cause.at} cause={cause} />
}

function OpenDialog({ cause }: { cause: StopCause }) {
  const { phase, samples, seen } = useStop()
  const { robot, receivedAt } = useRobotReading()
  const progress = useSession((session) => session.progress)
  const incident = useRobot((state) => incidentOf(cause, state.incidents))
  const read = useLoaded(incident?.id ?? null, String(incident?.bytes), readIncident).value
  const record = useMemo(() => (read === null ? null : readSignals(read)), [read])
  const stationUp = useStation((station) => station.link === 'up')
  const now = useNow()
  const { problem, press } = usePress()
  const [boxOpen, setBoxOpen] = useState(false)
  const news = robotNews(robot, receivedAt, now)
  const runOpen = isRunOpen(progress)
  const rearm = async () => {
    setStopPhase('re-arming')
    const accepted = await press(() => api.robot.rearm.mutate({ workspaceClear: true }))
    setStopPhase(accepted ? 're-armed' : 'stopped')
  }
  const goOn = async () => {
    const accepted = await press(() => (runOpen ? api.session.resume.mutate() : api.robot.moveHome.mutate()))
    if (!accepted) return
    closeStop()
    if (runOpen) go('collect')
  }
  const endRun = async () => {
    if ((await press(() => api.session.end.mutate())) && useStop.getState().phase === 're-armed') closeStop()
  }
  const showIncident = () => {
    if (incident === undefined) return
    setStopAside(true)
    go('incidents', incident.id)
  }
  useKeyAction('inspector', showIncident)
  const ago = Math.max(0, now - cause.at)
  return (
    <>
      <LatchedStopDialog
        cause={cause}
        at={`${formatClockSeconds(cause.at)}.${String(Math.floor(cause.at % 1000)).padStart(3, '0')}`}
        ago={`${formatDuration(ago / 1000)} ago`}
        chartTitle={`Last 2 s: ${stopSignal(cause).title}`}
        chart={<StopChart cause={cause} samples={samples} record={record} />}
        facts={stopFacts(cause, robot, news, progress, seen)}
        phase={phase}
        problem={problem}
        blocked={blockedBy(robot, news, stationUp)}
        onRearm={() => void rearm()}
        continueLabel={runOpen ? 'Move home and continue' : 'Move home'}
        onContinue={() => void goOn()}
        onClose={closeStop}
        onReconnect={robot?.link === 'lost' ? () => void press(() => reconnect(robot)) : undefined}
        onSetStopBox={robot?.stopBox.state === 'lost' ? () => setBoxOpen(true) : undefined}
        onShowIncident={incident === undefined ? null : showIncident}
        onSaveReport={() => void press(() => saveReport(cause))}
        onEndRun={runOpen ? () => void endRun() : undefined}
        onDisconnect={
          runOpen || robot?.link !== 'connected' ? undefined : () => void press(() => api.robot.disconnect.mutate())
        }
      />
      {/* The screen behind, where it is chosen otherwise, cannot be reached from here. */}
      {boxOpen && robot !== null && (
        <StopBoxDialog
          path={robot.stopBox.path}
          needsGrip={robot.stopBox.needsGrip}
          onClose={() => setBoxOpen(false)}
        />
      )}
    </>
  )
}

/** Why re-arming cannot work now; null when it can. */
function blockedBy(robot: RobotState | null, news: News, stationUp: boolean): string | null {
  if (!stationUp) return 'The station is not reached.'
  if (robot === null || robot.link !== 'connected' || news.stale) return 'No news from the arm. Connect it again first.'
  if (robot.mode === 'user-stopped') return 'Pull the hardware stop up first.'
  if (robot.stopBox.state === 'pressed') return 'Release the stop box first.'
  if (robot.stopBox.state === 'lost') return 'The stop box is silent. Set it again, or none.'
  // For its reset, the grip or its first frame: the box itself says which.
  if (robot.stopBox.state === 'waiting') return robot.stopBox.message
  return null
}

function stopFacts(
  cause: StopCause,
  robot: RobotState | null,
  news: News,
  progress: SessionProgress | null,
  seen: readonly { code: string; at: number }[],
): [string, React.ReactNode][] {
  const facts: [string, React.ReactNode][] = [['Arm now', <ArmNow key="arm" robot={robot} news={news} />]]
  if (cause.rule !== null) facts.push(['Supervisor rule', formatNumber(cause.rule)])
  if (cause.value !== null && cause.limit !== null) {
    const [value, limit] = [formatNumber(cause.value, 1), formatNumber(cause.limit, 1)]
    facts.push(['Measured', `${value} ${cause.unit}, limit ${limit} ${cause.unit}`])
  }
  facts.push(['Data', <DataNow key="data" progress={progress} />])
  const stop = progress?.stops.find(({ at }) => Math.abs(at - cause.at) < 2000)
  if (stop !== undefined)
    facts.push([
      `Episode ${stop.episode}`,
      `ended at step ${formatNumber(stop.step)}: ${END_REASONS[stop.endReason].label}`,
    ])
  const same = seen.filter(({ code }) => code === cause.code)
  if (same.length > 1)
    facts.push([
      'Same cause',
      same
        .slice(-5)
        .map(({ at }) => formatClock(at))
        .join('\u2002'),
    ])
  if (cause.tooltip !== null) {
    const [x, y, z] = cause.tooltip.map((value) => formatMillimetres(value))
    facts.push(['Where', `tool tip x ${x ?? ''}\u2002y ${y ?? ''}\u2002z ${z ?? ''} mm`])
  }
  return facts
}

function ArmNow({ robot, news }: { robot: RobotState | null; news: News }) {
  if (robot === null || robot.link !== 'connected' || news.stale) {
    const [age, unit] = formatAge(news.ageMs)
    return <StateWord kind="unk">{news.ageMs === null ? 'Unknown' : `Unknown, last news ${age} ${unit} ago`}</StateWord>
  }
  if (robot.mode === 'user-stopped') return <StateWord kind="bad">Hardware stop pressed</StateWord>
  if (robot.mode === 'reflex') return <StateWord kind="bad">Stopped by its own reflex</StateWord>
  if (robot.stop?.latched === true)
    return <StateWord kind="hold">{robot.activity === 'stopping' ? 'Braking' : 'Holding, power on'}</StateWord>
  const word = robotWord(robot, news, false)
  return <StateWord kind={word.kind}>{word.word}</StateWord>
}

function DataNow({ progress }: { progress: SessionProgress | null }) {
  if (progress === null || progress.state === 'none') return <>No run was open</>
  return <StateWord kind="ok">{`${formatNumber(progress.transitions)} transitions on disk`}</StateWord>
}

/** Versions, computer, link and the incident of this stop in plain text, as a file to keep or send. */
async function saveReport(cause: StopCause): Promise<void> {
  const stamp = new Date(cause.at).toISOString().replace(/[:.]/g, '-')
  saveFile(`forager-stop-${stamp}.txt`, await api.robot.report.query(), 'text/plain')
}
