import type { PreflightItem, RobotState } from '../../../contract/robot.ts'

export function item(
  name: string,
  state: PreflightItem['state'],
  word: string,
  value: string,
  tip = '',
): PreflightItem {
  return { name, state, word, value, tip }
}

export const isRead = (state: RobotState): boolean => state.link === 'connected'

/** A line whose value did not arrive, or is too old to say anything. */
export function unread(name: string, state: RobotState): PreflightItem {
  if (state.link !== 'lost') return item(name, 'unk', 'Unknown', 'not read yet', 'Connect the arm.')
  return item(
    name,
    'unk',
    'Unknown',
    'no news from the arm',
    'Look at the arm itself. Check cable and Control unit, then connect again.',
  )
}
