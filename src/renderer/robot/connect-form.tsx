import { useState } from 'react'
import { robotAddressSchema, type RobotState } from '../../contract/robot.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Segment } from '../parts/segment.tsx'
import { api } from '../state/api.ts'
import type { Press } from '../state/press.ts'
import { useStation } from '../state/station-store.ts'
import css from './robot-screen.module.css'

type Peer = 'panda' | 'simulated'

/** Franka's own suggestion for the Control unit's LAN port. */
const DEFAULT_ADDRESS = '172.16.0.2'
const ADDRESS_KEY = 'forager.robot-address'
const DEFAULT_PORT = 1337

function rememberedAddress(): string {
  try {
    return localStorage.getItem(ADDRESS_KEY) ?? DEFAULT_ADDRESS
  } catch {
    return DEFAULT_ADDRESS
  }
}

/** `host` or `host:port` as typed. */
function parseAddress(typed: string): { host: string; port: number } | string {
  const [host = '', port, ...rest] = typed.trim().split(':')
  const parsed = robotAddressSchema.safeParse({ host, port: port === undefined ? DEFAULT_PORT : Number(port) })
  if (parsed.success && rest.length === 0) return parsed.data
  const message = parsed.error?.issues[0]
  if (message?.path[0] === 'port' || rest.length > 0) return 'A port is a whole number from 1 to 65535.'
  return message?.message ?? 'Type the address of the robot, for example 172.16.0.2.'
}

interface Props {
  robot: RobotState | null
  busy: boolean
  press: Press['press']
  clear: () => void
}

export function ConnectForm({ robot, busy, press, clear }: Props) {
  const [peer, setPeer] = useState<Peer>('panda')
  const [typed, setTyped] = useState(rememberedAddress)
  const stationUp = useStation((station) => station.link === 'up')
  const address = parseAddress(typed)
  const connecting = robot?.link === 'connecting'
  const connect = () => {
    if (peer === 'simulated') return void press(() => api.robot.connectSimulated.mutate())
    if (typeof address === 'string') return
    try {
      localStorage.setItem(ADDRESS_KEY, typed.trim())
    } catch {
      // Storage can be switched off; the address is not remembered then.
    }
    void press(() => api.robot.connect.mutate(address))
  }
  const reason = !stationUp
    ? 'The station is not reached.'
    : peer === 'panda' && typeof address === 'string'
      ? address
      : null
  return (
    <div className={css.form}>
      <Segment
        tall
        label="Robot"
        value={peer}
        onChange={(next) => {
          setPeer(next)
          clear()
        }}
        options={[
          { value: 'panda', label: 'Panda' },
          { value: 'simulated', label: 'Simulated Panda' },
        ]}
      />
      {peer === 'panda' ? (
        <Field
          label="Address of the Control unit"
          value={typed}
          onChange={setTyped}
          invalid={typeof address === 'string' ? address : null}
        />
      ) : (
        <p className={css.hint}>Starts an arm in its own process, with the robot’s own protocol and rules.</p>
      )}
      {connecting || busy ? (
        <Button wide onClick={() => void press(() => api.robot.disconnect.mutate())}>
          Connecting, cancel
        </Button>
      ) : (
        <Button kind="primary" wide reason={reason} onClick={connect}>
          {peer === 'panda' ? 'Connect' : 'Start and connect'}
        </Button>
      )}
    </div>
  )
}
