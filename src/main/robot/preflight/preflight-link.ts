import type { PreflightItem, RobotState } from '../../../contract/robot.ts'
import type { LinkTest } from './link-test.ts'
import { isRead, item, unread } from './preflight-item.ts'

/** A mean and a worst round trip that the control interface works well with, ms, and a mean that it does not work with. */
const GOOD_MEAN = 0.3
const GOOD_WORST = 0.5
const BAD_MEAN = 0.8

const DIRECT =
  'Connect the Control unit straight to this computer, without a switch, and stop other traffic on that port.'

/** Where the arm is reached, and that its control interface takes us. */
export function link(state: RobotState): PreflightItem {
  if (state.link === 'connecting') return item('FCI', 'wait', 'Waiting', 'connecting')
  if (!isRead(state)) return unread('FCI', state)
  return item(
    'FCI',
    'ok',
    'Ready',
    state.simulated ? 'active, simulated arm' : `active at ${state.address?.host ?? ''}`,
  )
}

export function protocol(state: RobotState): PreflightItem {
  if (!isRead(state) || state.protocol === null) return unread('Protocol', state)
  return item('Protocol', 'ok', 'Ready', `version ${state.protocol}`)
}

/** A good network loses nothing; above 2 % the robot soon stops by itself. */
export function packets(state: RobotState): PreflightItem {
  if (!isRead(state)) return unread('Link', state)
  const { received10s, lost10s } = state.packets
  const expected = received10s + lost10s
  if (expected < 1000) return item('Link', 'wait', 'Measuring', 'measuring for 1 s')
  const share = lost10s / expected
  const value = `${lost10s.toLocaleString('en')} of ${expected.toLocaleString('en')} lost`
  if (share > 0.02) return item('Link', 'bad', 'Poor', value, DIRECT)
  if (share > 0.002) return item('Link', 'warn', 'Caution', value, DIRECT)
  return item('Link', 'ok', 'Ready', value)
}

/** The network alone, measured once after connecting and when a person asks again. */
export function roundTrip(state: RobotState, test: LinkTest | null): PreflightItem {
  const name = 'Round trip'
  if (!isRead(state)) return unread(name, state)
  if (test === null) return item(name, 'wait', 'Measuring', 'measuring for 1 s')
  if (test.meanMs === null || test.worstMs === null)
    return item(
      name,
      'unk',
      'Unknown',
      'no answer',
      'Something drops the test packets. The motion itself will show it.',
    )
  const value = `${test.meanMs.toFixed(2)}, max ${test.worstMs.toFixed(2)} ms`
  if (test.meanMs > BAD_MEAN && !state.simulated) return item(name, 'bad', 'Slow', value, DIRECT)
  if (test.meanMs > GOOD_MEAN || test.worstMs > GOOD_WORST) return item(name, 'warn', 'Caution', value, DIRECT)
  return item(name, 'ok', 'Ready', value)
}
