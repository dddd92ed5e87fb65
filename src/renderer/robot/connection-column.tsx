import { Button } from '../parts/button.tsx'
import { formatNumber } from '../parts/format.ts'
import { KeyValue, KeyValueRow } from '../parts/key-value.tsx'
import { Pane, PaneBody, PaneHead, Rule } from '../parts/pane.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Quantity } from '../parts/quantity.tsx'
import { StateWord } from '../parts/state-word.tsx'
import text from '../parts/text.module.css'
import { api } from '../state/api.ts'
import { useNow } from '../state/now.ts'
import { usePress, type Press } from '../state/press.ts'
import { useRobot, useRobotReading } from '../state/robot-store.ts'
import { robotNews, type News } from '../state/robot-words.ts'
import { useStation, type StationLink } from '../state/station-store.ts'
import { robotName, type RobotState } from '../../contract/robot.ts'
import type { GlyphKind } from '../parts/glyph.tsx'
import { BeforeMotion } from './before-motion.tsx'
import { ConnectForm } from './connect-form.tsx'
import css from './robot-screen.module.css'

export function ConnectionColumn() {
  const { robot, receivedAt, connectProblem } = useRobotReading()
  const link = useStation((station) => station.link)
  const news = robotNews(robot, receivedAt, useNow())
  const presses = usePress()
  const { busy } = presses
  const problem = presses.problem ?? connectProblem
  const clear = () => {
    presses.clear()
    useRobot.setState({ connectProblem: null })
  }
  const press: Press['press'] = (call) => {
    useRobot.setState({ connectProblem: null })
    return presses.press(call)
  }
  const disconnect = () => press(() => api.robot.disconnect.mutate())
  const [kind, word] = linkWord(robot, link, news)
  const open = robot !== null && (robot.link === 'connected' || robot.link === 'lost')
  const close = (
    <Button size="small" onClick={() => void disconnect()} disabled={busy}>
      Disconnect
    </Button>
  )
  return (
    <Pane className={css.left} label="Connection and checklist">
      <PaneHead title="Connection" end={open && <span className={text.shortOnly}>{close}</span>}>
        <StateWord kind={kind}>{word}</StateWord>
      </PaneHead>
      <PaneBody fixed>
        {open ? (
          <Connected robot={robot} stale={news.stale} busy={busy} onDisconnect={() => void disconnect()} />
        ) : (
          <ConnectForm robot={robot} busy={busy} press={press} clear={clear} />
        )}
      </PaneBody>
      {problem !== null && (
        <ProblemView
          problem={problem}
          actions={
            <Button size="small" onClick={clear}>
              Close
            </Button>
          }
        />
      )}
      <Rule />
      <BeforeMotion />
    </Pane>
  )
}

function linkWord(robot: RobotState | null, station: StationLink, news: News): [GlyphKind, string] {
  if (station !== 'up') return ['unk', 'No station']
  switch (robot?.link) {
    case undefined:
      return ['unk', 'Not read yet']
    case 'disconnected':
      return ['wait', 'Not connected']
    case 'connecting':
      return ['wait', 'Connecting']
    case 'connected':
      return news.stale ? ['unk', 'No news'] : ['ok', 'Connected']
    case 'lost':
      return ['bad', 'No packets']
  }
}

interface ConnectedProps {
  robot: RobotState
  stale: boolean
  busy: boolean
  onDisconnect: () => void
}

/** What the checklist tells as well is left out where the window is short. */
function Connected({ robot, stale, busy, onDisconnect }: ConnectedProps) {
  const { packets, roundTripMs: trip, address, simulated } = robot
  return (
    <>
      <KeyValue>
        <KeyValueRow label="Robot" hide="short">
          {simulated ? `Simulated ${robotName(robot.protocol)}` : robotName(robot.protocol)}
        </KeyValueRow>
        <KeyValueRow label="Address">{address === null ? null : `${address.host}:${address.port}`}</KeyValueRow>
        <KeyValueRow label="Protocol" hide="short">
          {robot.protocol === null ? null : `version ${robot.protocol}`}
        </KeyValueRow>
        <KeyValueRow label="Tool" hide="short">
          <Quantity value={formatNumber(robot.toolMass, 2)} unit="kg" stale={stale} />
        </KeyValueRow>
        <KeyValueRow label="Packets, 10 s" hide="short">
          <Quantity
            value={`${formatNumber(packets.received10s)}, ${formatNumber(packets.lost10s)} lost`}
            stale={stale}
          />
        </KeyValueRow>
        <KeyValueRow
          label="Round trip"
          hide="short"
          title="State received to command sent and seen back, while a motion runs"
        >
          {trip === null ? (
            <span className={text.dim}>no motion yet</span>
          ) : (
            <Quantity
              value={`${formatNumber(trip.mean, 2)}, worst ${formatNumber(trip.worst, 2)}`}
              unit="ms"
              stale={stale}
            />
          )}
        </KeyValueRow>
      </KeyValue>
      <div className={`${css.row} ${text.tallOnly}`}>
        <Button onClick={onDisconnect} disabled={busy}>
          Disconnect
        </Button>
        <DeskButton robot={robot} />
      </div>
    </>
  )
}

/** Brakes and FCI can only be switched in Desk, the robot's own web page. */
function DeskButton({ robot }: { robot: RobotState }) {
  const { address, simulated } = robot
  const reason = simulated || address === null ? 'The simulated arm has no Desk.' : null
  const open = () => window.open(`https://${address?.host ?? ''}/desk/`, '_blank', 'noopener,noreferrer')
  return (
    <>
      <Button onClick={open} reason={reason}>
        Open Desk
      </Button>
      <p className={css.beside}>{reason}</p>
    </>
  )
}
