import type { ArmLimits, PreflightItem, RobotState } from '../../../contract/robot.ts'
import { native } from '../../platform/native.ts'
import type { SupervisorLimits } from '../../platform/native-arm-model.ts'
import type { HostFacts } from './host-facts.ts'
import type { LinkTest } from './link-test.ts'
import { disk, kernel, power, scheduling, surroundings } from './preflight-host.ts'
import { isRead, item, unread } from './preflight-item.ts'
import { link, packets, protocol, roundTrip } from './preflight-link.ts'

/** Standing still, a joint that feels more than this from outside has a wrong tool weight or touches something. */
const TORQUE_AT_REST = 2 // Nm

export interface PreflightFacts {
  state: RobotState
  limits: ArmLimits
  supervisor: SupervisorLimits
  host: HostFacts
  /** Mean force on the tool over the last second, N; null when it was not read. */
  restForce: number | null
  /** null while it is measured. */
  linkTest: LinkTest | null
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
    errors(state),
    stopBox(state),
    kernel(host),
    scheduling(host),
    power(host),
    surroundings(host),
    packets(state),
    roundTrip(state, facts.linkTest),
    toolWeight(facts),
    jointLimits(facts),
    disk(facts.freeBytes),
    homePose(facts),
    workspace(state),
  ]
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

function errors(state: RobotState): PreflightItem {
  if (!isRead(state)) return unread('Errors', state)
  const [first] = state.errors
  if (first === undefined) return item('Errors', 'ok', 'Ready', 'none')
  const flag = native.errorFlags().find(({ name }) => name === first)
  const more = state.errors.length > 1 ? `, ${state.errors.length - 1} more` : ''
  return item(
    'Errors',
    'bad',
    'Active',
    `${flag?.title ?? first}${more}`,
    flag?.tip ?? 'Look at the arm, then recover.',
  )
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

function toolWeight({ state, restForce, supervisor }: PreflightFacts): PreflightItem {
  if (!isRead(state)) return unread('Tool weight', state)
  const value = `${state.toolMass.toFixed(2)} kg set`
  if (state.activity !== 'none' && state.activity !== 'held')
    return item('Tool weight', 'wait', 'Waiting', value, 'It is checked while the arm stands still.')
  const tip = `The tool set in Desk (${value}) is probably not the one mounted, or the arm touches something.`
  if (restForce !== null && restForce > supervisor.restForceWarn) {
    const word = restForce > supervisor.restForce ? 'bad' : 'warn'
    return item('Tool weight', word, word === 'bad' ? 'Too much' : 'Caution', `feels ${restForce.toFixed(1)} N`, tip)
  }
  const torque = Math.max(...state.tauExternal.map(Math.abs))
  if (torque <= TORQUE_AT_REST) return item('Tool weight', 'ok', 'Ready', value)
  const joint = state.tauExternal.findIndex((value) => Math.abs(value) === torque) + 1
  return item('Tool weight', 'warn', 'Caution', `J${joint} feels ${torque.toFixed(1)} Nm`, tip)
}

function jointLimits({ state, limits, supervisor }: PreflightFacts): PreflightItem {
  if (!isRead(state)) return unread('Joint limits', state)
  const margins = state.q.map((q, joint) => {
    const lower = q - (limits.qMin[joint] ?? q)
    const upper = (limits.qMax[joint] ?? q) - q
    return lower < upper ? { margin: lower, side: 'lower' } : { margin: upper, side: 'upper' }
  })
  const nearest = margins.reduce((a, b) => (b.margin < a.margin ? b : a))
  const value = `J${margins.indexOf(nearest) + 1} ${degrees(nearest.margin)} to ${nearest.side}`
  const tip = 'Guide the arm away from that limit by hand, or move home.'
  if (nearest.margin < supervisor.jointMarginStop) return item('Joint limits', 'bad', 'At limit', value, tip)
  if (nearest.margin < supervisor.jointMarginSlow) return item('Joint limits', 'warn', 'Caution', value, tip)
  return item('Joint limits', 'ok', 'Ready', value)
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
