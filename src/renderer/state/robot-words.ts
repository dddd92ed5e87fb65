import type { GlyphKind } from '../parts/glyph.tsx'
import { formatAge, formatMillimetres, NBSP } from '../parts/format.ts'
import { FIRST_RESEARCH_PROTOCOL, type GripperState, type RobotState } from '../../contract/robot.ts'

export interface StateText {
  kind: GlyphKind
  word: string
}

/**
 * Values on screen are replaced every 250 ms; news that missed three of them is history.
 * The station itself calls the link lost after 250 ms without a packet and then says so in `link`.
 */
export const STALE_AFTER_MS = 750

export interface News {
  /** Age of the newest state packet as of now, ms; null before the first. */
  ageMs: number | null
  stale: boolean
}

/** The age grows here when the station falls silent: what is not confirmed gets older, never stays fresh. */
export function robotNews(robot: RobotState | null, receivedAt: number, now: number): News {
  if (robot === null || robot.link === 'disconnected' || robot.ageMs === null) return { ageMs: null, stale: false }
  const silence = Math.max(0, now - receivedAt)
  // Messages arrive up to 30 times a second: below that period the wait for the next one is no silence.
  const ageMs = robot.ageMs + (silence > 100 ? silence : 0)
  return { ageMs, stale: robot.link === 'lost' || ageMs > STALE_AFTER_MS }
}

/** The one state of the arm for the top bar; the most serious fact wins. */
export function robotWord(robot: RobotState | null, news: News, stationLost: boolean): StateText {
  if (robot === null) return { kind: 'unk', word: stationLost ? 'Unknown' : 'Not read yet' }
  if (stationLost && robot.link !== 'disconnected') return { kind: 'unk', word: 'Unknown' }
  if (robot.link === 'disconnected') return { kind: 'unk', word: 'Not connected' }
  if (robot.link === 'connecting') return { kind: 'wait', word: 'Connecting' }
  if (news.stale) return { kind: 'unk', word: 'Unknown' }
  if (robot.stop?.latched === true) return { kind: 'bad', word: 'Stopped, held' }
  if (robot.mode === 'reflex') return { kind: 'bad', word: 'Reflex' }
  if (robot.mode === 'user-stopped') return { kind: 'bad', word: 'Hardware stop' }
  if (robot.activity === 'homing') return { kind: 'act', word: 'Moving home' }
  if (robot.activity === 'recovering') return { kind: 'act', word: 'Recovering' }
  if (robot.activity === 'stopping') return { kind: 'hold', word: 'Stopping' }
  if (robot.activity === 'starting' || robot.activity === 'episode') return { kind: 'act', word: 'Moving' }
  if (robot.mode === 'move') return { kind: 'act', word: 'Moving' }
  if (robot.mode === 'guiding') return { kind: 'warn', word: 'Guided by hand' }
  if (robot.mode === 'recovering') return { kind: 'warn', word: 'Recovering' }
  if (robot.mode === 'other') return { kind: 'warn', word: 'Brakes closed' }
  if (robot.mode === 'unknown') return { kind: 'unk', word: 'Unknown' }
  return robot.armed ? { kind: 'act', word: 'Armed' } : { kind: 'ok', word: 'Ready' }
}

/** Second line of the robot cell. */
export function robotRemark(robot: RobotState | null, news: News, stationLost: boolean): string {
  if (stationLost) return 'the station does not answer'
  if (robot === null || robot.link === 'disconnected') return 'no robot'
  const name = robot.simulated ? 'Simulated' : (robot.protocol ?? 0) < FIRST_RESEARCH_PROTOCOL ? 'Panda' : 'FR3'
  if (news.ageMs === null) return `${name} · no news yet`
  const [value, unit] = formatAge(news.ageMs)
  return news.stale ? `no news for ${value} ${unit}` : `${name} · ${robot.simulated ? '' : 'updated '}${value} ms ago`
}

/** The arm's own light, as its mode implies it; colour and word. */
export function armLight(robot: RobotState): { colour: string; word: string } {
  switch (robot.mode) {
    case 'idle':
      return { colour: '#3D7BFF', word: 'Blue: ready' }
    case 'move':
      return { colour: '#35C46A', word: 'Green: moving' }
    case 'guiding':
    case 'user-stopped':
      return { colour: '#F4F6F7', word: 'White: by hand' }
    case 'reflex':
      return { colour: '#E5372B', word: 'Red: error' }
    case 'recovering':
      return { colour: '#E5372B', word: 'Red: recovering' }
    case 'other':
      return { colour: '#F2C230', word: 'Yellow: locked' }
    case 'unknown':
      return { colour: 'transparent', word: 'Unknown' }
  }
}

const MODES: Record<RobotState['mode'], StateText> = {
  unknown: { kind: 'unk', word: 'Unknown' },
  other: { kind: 'warn', word: 'Not ready' },
  idle: { kind: 'ok', word: 'Idle' },
  move: { kind: 'act', word: 'Moving' },
  guiding: { kind: 'warn', word: 'Guided by hand' },
  reflex: { kind: 'bad', word: 'Reflex' },
  'user-stopped': { kind: 'bad', word: 'User stopped' },
  recovering: { kind: 'warn', word: 'Recovering' },
}

export const modeWord = (robot: RobotState): StateText => MODES[robot.mode]

const BOX: Record<RobotState['stopBox']['state'], StateText> = {
  'not-used': { kind: 'wait', word: 'Not used' },
  waiting: { kind: 'wait', word: 'Waiting' },
  closed: { kind: 'ok', word: 'Closed' },
  pressed: { kind: 'bad', word: 'Pressed' },
  lost: { kind: 'bad', word: 'No news' },
}

export const stopBoxWord = (robot: RobotState): StateText => BOX[robot.stopBox.state]

/** m; nothing on screen is finer. */
const CLOSED_BELOW = 0.0005

/** The Hand in a word, and how far it is open. */
export function gripperWord({ link, homed, grasped, activity, width }: GripperState): StateText {
  if (link === 'connecting') return { kind: 'wait', word: 'Connecting' }
  if (link === 'absent') return { kind: 'wait', word: 'No Hand' }
  if (link === 'lost') return { kind: 'bad', word: 'No news' }
  if (activity === 'homing') return { kind: 'act', word: 'Homing' }
  if (activity !== 'none') return { kind: 'act', word: 'Moving' }
  if (!homed) return { kind: 'warn', word: 'Not homed' }
  const apart = width === null ? '' : ` ${formatMillimetres(width)}${NBSP}mm`
  if (grasped) return { kind: 'ok', word: `Holds${apart}` }
  return { kind: 'ok', word: width !== null && width < CLOSED_BELOW ? 'Closed' : `Open${apart}` }
}
