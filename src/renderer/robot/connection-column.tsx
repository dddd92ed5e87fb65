import { Button } from '../parts/button.tsx'
import { formatNumber } from '../parts/format.ts'
import { KeyValue, KeyValueRow } from '../parts/key-value.tsx'
import { Pane, PaneBody, PaneHead, Rule } from '../parts/pane.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Quantity } from '../parts/quantity.tsx'
import { StateWord } from '../parts/state-word.tsx'
import text from '../parts/text.module.css'
import { api } from '../state/api.ts'
import { usePress, type Press } from '../state/press.ts'
import { useRobot, useRobotReading } from '../state/robot-store.ts'
import { useStation } from '../state/station-store.ts'
import { robotName, type RobotState } from '../../contract/robot.ts'
import type { GlyphKind } from '../parts/glyph.tsx'
import { BeforeMotion } from './before-motion.tsx'
import { ConnectForm } from './connect-form.tsx'
import css from './robot-screen.module.css'

export function ConnectionColumn() {
  const { robot, connectProblem } = useRobotReading()
  const link = useStation((station) => station.link)
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
  const [kind, word] = linkWord(robot, link)
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
          <Connected robot={robot} busy={busy} onDisconnect={() => void disconnect()} />
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

function linkWord(robot: RobotState | null, station: 'connecting' | 'up' | 'lost'): [GlyphKind, React.ReactNode] {
  if (station !== 'up') return ['unk', 'Station not reached']
  switch (robot?.link) {
    case undefined:
      return ['unk', 'Not read yet']
    case 'disconnected':
      return ['wait', 'Not connected']
    case 'connecting':
      return ['wait', 'Connecting']
    case 'connected':
      return ['ok', 'Connected']
    case 'lost':
      return [
        'bad',
        <>
          No <span className={text.tallOnly}>state </span>packets
        </>,
      ]
  }
}

interface ConnectedProps {
  robot: RobotState
  busy: boolean
  onDisconnect: () => void
}

function Connected({ robot, busy, onDisconnect }: ConnectedProps) {
  const { packets, roundTripMs: trip, address, simulated } = robot
  return (
    <>
      <KeyValue>
        <KeyValueRow label="Robot" hide="short">
          {simulated ? `Simulated ${robotName(robot.protocol)}` : robotName(robot.protocol)}
        </KeyValueRow>
        <KeyValueRow label="Address">{address === null ? null : `${address.host}:${address.port}`}</KeyValueRow>
        <KeyValueRow label="Protocol">{robot.protocol === null ? null : `version ${robot.protocol}`}</KeyValueRow>
        <KeyValueRow label="Tool" hide="short">
          <Quantity value={formatNumber(robot.toolMass, 2)} unit="kg" />
        </KeyValueRow>
        <KeyValueRow label="Packets, 10 s">
          {`${formatNumber(packets.received10s)}, ${formatNumber(packets.lost10s)} lost`}
        </KeyValueRow>
        <KeyValueRow label="Round trip" title="State received to command sent and seen back, while a motion runs">
          {trip === null ? (
            <span className={text.dim}>no motion yet</span>
          ) : (
            <Quantity value={`${formatNumber(trip.mean, 2)}, worst ${formatNumber(trip.worst, 2)}`} unit="ms" />
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
  const open = () => window.open(`https://${address?.host ?? ''}/desk/`, '_blank', 'noopener,noreferrer')
  return (
    <Button onClick={open} reason={simulated || address === null ? 'The simulated arm has no Desk.' : null}>
      Open Desk
    </Button>
  )
}
