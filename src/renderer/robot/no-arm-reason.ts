import type { RobotState } from '../../contract/robot.ts'
import type { News } from '../state/robot-words.ts'

/** Why nothing can be asked of the arm, whatever it is; null when it is there and heard. */
export function noArmReason(robot: RobotState | null, news: News, stationUp: boolean): string | null {
  if (!stationUp) return 'The station is not reached.'
  if (robot?.link === 'lost') return 'The state packets of the arm are missing.'
  if (robot?.link !== 'connected') return 'Connect an arm first.'
  return news.stale ? 'There is no news from the arm.' : null
}
