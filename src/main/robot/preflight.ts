import type { ArmLimits, PreflightItem, RobotState } from '../../contract/robot.ts'
import { DISK_FLOOR_BYTES } from '../platform/disk.ts'
import type { SupervisorLimits } from '../platform/native.ts'
import type { HostFacts } from './host-facts.ts'

/** The control thread asks for this real-time priority. */
const WANTED_PRIORITY = 80
/** Standing still, a joint that feels more than this from outside has a wrong tool weight or touches something. */
const TORQUE_AT_REST = 2 // Nm

export interface PreflightFacts {
  state: RobotState
  limits: ArmLimits
  supervisor: SupervisorLimits
  host: HostFacts
  /** null when it could not be read. */
  freeBytes: number | null
}

/** The checklist "Before motion", in its fixed order. What is not read, or too old, is `unk` and never ok. */
export function preflight(facts: PreflightFacts): PreflightItem[] {
  const { state, host } = facts
  return [
    link(state),
    control(state),
    protocol(state),
    brakes(state),
    userStop(state),
    stopBox(state),
    kernel(host),
    scheduling(host),
    packets(state),
    toolWeight(state),
    jointLimits(facts),
    disk(facts.freeBytes),
    homePose(facts),
    workspace(state),
  ]
}

function item(name: string, state: PreflightItem['state'], word: string, value: string, tip = ''): PreflightItem {
  return { name, state, word, value, tip }
}

const unread = (name: string, state: RobotState): PreflightItem =>
  state.link === 'lost'
    ? item(
        name,
        'unk',
        'Unknown',
        'no news from the arm',
        'Look at the arm itself. Check cable and Control unit, then connect again.',
      )
    : item(name, 'unk', 'Unknown', 'not read yet', 'Connect the arm.')

const isRead = (state: RobotState): boolean => state.link === 'connected'

function link(state: RobotState): PreflightItem {
  if (state.link === 'connecting') return item('FCI', 'wait', 'Waiting', 'connecting')
  if (!isRead(state)) return unread('FCI', state)
  return item('FCI', 'ok', 'Ready', state.simulated ? 'active, simulated arm' : 'active')
}

function control(state: RobotState): PreflightItem {
  if (!isRead(state)) return unread('Control', state)
  if (state.mode === 'guiding') {
    return item(
      'Control',
      'bad',
      'Not ours',
      'guided by hand',
      'Let go of the guiding buttons. The arm cannot move while it is guided.',
    )
  }
  return item('Control', 'ok', 'Ready', 'held by Forager')
}

function protocol(state: RobotState): PreflightItem {
  if (!isRead(state) || state.protocol === null) return unread('Protocol', state)
  return item('Protocol', 'ok', 'Ready', `version ${state.protocol}`)
}

function brakes(state: RobotState): PreflightItem {
  if (!isRead(state) || state.mode === 'unknown') return unread('Brakes', state)
  if (state.mode === 'other') {
    return item('Brakes', 'bad', 'Closed', 'closed, or starting', 'Open the brakes in Desk. Forager cannot open them.')
  }
  if (state.mode === 'reflex') {
    return item(
      'Brakes',
      'bad',
      'Reflex',
      'stopped by a reflex',
      'Look at the arm, read the cause, then press Recover.',
    )
  }
  return item('Brakes', 'ok', 'Ready', 'all 7 open')
}

function userStop(state: RobotState): PreflightItem {
  if (!isRead(state) || state.mode === 'unknown') return unread('User stop', state)
  if (state.mode === 'user-stopped') {
    return item('User stop', 'bad', 'Pressed', 'pressed', 'Pull the hardware stop up. Nothing moves until you arm.')
  }
  return item('User stop', 'ok', 'Ready', 'released')
}

function stopBox({ stopBox: box }: RobotState): PreflightItem {
  const age = box.ageMs === null ? '' : `, ${Math.round(box.ageMs)} ms ago`
  switch (box.state) {
    case 'not-used':
      return item(
        'Stop box',
        'wait',
        'Not used',
        'not used',
        'Keep the hardware stop within reach. A stop box on a serial port is optional.',
      )
    case 'closed':
      return item('Stop box', 'ok', 'Ready', `closed${age}`)
    case 'waiting':
      return item('Stop box', 'wait', 'Waiting', 'waiting', box.message)
    case 'pressed':
      return item('Stop box', 'bad', 'Pressed', 'open', box.message)
    case 'lost':
      return item('Stop box', 'bad', 'Lost', 'no news', box.message)
  }
}

function kernel(host: HostFacts): PreflightItem {
  const name = 'Real-time kernel'
  // Distributions add long suffixes; the number is what a person compares.
  const [number = host.kernel] = host.kernel.split('-')
  if (host.realTimeKernel === null)
    return item(name, 'unk', 'Unknown', number, 'A real arm wants Linux with a real-time kernel.')
  if (host.realTimeKernel) return item(name, 'ok', 'Ready', `${number} rt`)
  return item(
    name,
    'warn',
    'Caution',
    `${number}, not rt`,
    'A simulated arm runs well. For a real arm start the real-time kernel, or expect stops when packets come late.',
  )
}

function scheduling(host: HostFacts): PreflightItem {
  const { realTimePriority: priority, governor } = host
  if (priority === null) return item('Scheduling', 'unk', 'Unknown', 'not read', '')
  if (priority < WANTED_PRIORITY) {
    return item(
      'Scheduling',
      'warn',
      'Caution',
      `priority ${priority} of ${WANTED_PRIORITY}`,
      'Add "@realtime - rtprio 99" and "@realtime - memlock unlimited" to /etc/security/limits.conf, join that group, log in again.',
    )
  }
  if (governor === 'powersave') {
    return item(
      'Scheduling',
      'warn',
      'Caution',
      'power saving',
      'Set the CPU governor to performance: sudo cpupower frequency-set -g performance.',
    )
  }
  return item('Scheduling', 'ok', 'Ready', governor ?? 'real time allowed')
}

/** A good network loses nothing; above 2 % the robot soon stops by itself. */
function packets(state: RobotState): PreflightItem {
  if (!isRead(state)) return unread('Link', state)
  const { received10s, lost10s } = state.packets
  const expected = received10s + lost10s
  if (expected < 1000) return item('Link', 'wait', 'Measuring', 'measuring for 1 s')
  const share = lost10s / expected
  const value = `${lost10s.toLocaleString('en')} of ${expected.toLocaleString('en')} lost`
  const tip =
    'Connect the Control unit straight to this computer, without a switch, and stop other traffic on that port.'
  if (share > 0.02) return item('Link', 'bad', 'Poor', value, tip)
  if (share > 0.002) return item('Link', 'warn', 'Caution', value, tip)
  return item('Link', 'ok', 'Ready', value)
}

function toolWeight(state: RobotState): PreflightItem {
  if (!isRead(state)) return unread('Tool weight', state)
  const value = `${state.toolMass.toFixed(2)} kg set`
  if (state.activity !== 'none' && state.activity !== 'held')
    return item('Tool weight', 'wait', 'Waiting', value, 'It is checked while the arm stands still.')
  const torque = Math.max(...state.tauExternal.map(Math.abs))
  if (torque <= TORQUE_AT_REST) return item('Tool weight', 'ok', 'Ready', value)
  const joint = state.tauExternal.findIndex((value) => Math.abs(value) === torque) + 1
  return item(
    'Tool weight',
    'warn',
    'Caution',
    `J${joint} feels ${torque.toFixed(1)} Nm`,
    'The tool set in Desk is probably not the one mounted, or the arm touches something.',
  )
}

function jointLimits({ state, limits, supervisor }: PreflightFacts): PreflightItem {
  if (!isRead(state)) return unread('Joint limits', state)
  const margins = state.q.map((q, joint) => {
    const lower = q - (limits.qMin[joint] ?? q)
    const upper = (limits.qMax[joint] ?? q) - q
    return lower < upper ? { margin: lower, side: 'lower' } : { margin: upper, side: 'upper' }
  })
  const nearest = margins.reduce((a, b) => (b.margin < a.margin ? b : a))
  const value = `J${margins.indexOf(nearest) + 1} ${degrees(nearest.margin)} from ${nearest.side}`
  const tip = 'Guide the arm away from that limit by hand, or move home.'
  if (nearest.margin < supervisor.jointMarginStop) return item('Joint limits', 'bad', 'At limit', value, tip)
  if (nearest.margin < supervisor.jointMarginSlow) return item('Joint limits', 'warn', 'Caution', value, tip)
  return item('Joint limits', 'ok', 'Ready', value)
}

function disk(freeBytes: number | null): PreflightItem {
  if (freeBytes === null)
    return item('Disk', 'unk', 'Unknown', 'not read', 'Check that the folder of the datasets can be reached.')
  const value = `${(freeBytes / 1e9).toFixed(1)} GB free`
  if (freeBytes < DISK_FLOOR_BYTES)
    return item('Disk', 'bad', 'Full', value, 'Free some space: runs stop at this floor, so that nothing is lost.')
  return item('Disk', 'ok', 'Fits', value)
}

function homePose({ state, limits, supervisor }: PreflightFacts): PreflightItem {
  if (!isRead(state)) return unread('Home pose', state)
  const away = Math.max(...state.q.map((q, joint) => Math.abs(q - (limits.home[joint] ?? q))))
  if (away <= supervisor.homeTolerance) return item('Home pose', 'ok', 'Ready', 'reached')
  return item(
    'Home pose',
    'wait',
    'Waiting',
    `${degrees(away)} away`,
    'A run moves home by itself first; or arm, then press Move home.',
  )
}

function workspace(state: RobotState): PreflightItem {
  if (isRead(state) && state.armed) return item('Workspace clear', 'ok', 'Said', 'said by a person')
  return item('Workspace clear', 'wait', 'Waiting', 'a person', 'Look, then tick the box below.')
}

const degrees = (radians: number): string => `${((radians * 180) / Math.PI).toFixed(1)}°`
