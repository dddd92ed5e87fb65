import { describe, expect, it } from 'vitest'
import type { RobotState } from '../../../src/contract/robot.ts'
import { disconnectedState } from '../../../src/main/robot/robot-state.ts'
import {
  gripperWord,
  robotNews,
  robotRemark,
  robotWord,
  STALE_AFTER_MS,
} from '../../../src/renderer/state/robot-words.ts'

const idle: RobotState = {
  ...disconnectedState({ state: 'not-used', path: '', needsGrip: false, ageMs: null, message: '' }),
  link: 'connected',
  ageMs: 1,
  mode: 'idle',
  supervisor: { watching: true, steps: 0, slowedSteps: 0, clippedSteps: 0, lateTicks: 0, rules: [] },
}
const T = 1_000_000

describe('age of the news', () => {
  it('grows while the station is silent', () => {
    expect(robotNews(idle, T, T + 30)).toEqual({ ageMs: 1, stale: false })
    expect(robotNews(idle, T, T + 400)).toEqual({ ageMs: 401, stale: false })
    expect(robotNews(idle, T, T + STALE_AFTER_MS + 1)).toEqual({ ageMs: STALE_AFTER_MS + 2, stale: true })
  })

  it('does not run backwards when the clock does', () => {
    expect(robotNews(idle, T, T - 5000).ageMs).toBe(1)
  })

  it('is none without an arm', () => {
    expect(robotNews({ ...idle, link: 'disconnected' }, T, T + 99_999)).toEqual({ ageMs: null, stale: false })
  })
})

describe('the one word about the arm', () => {
  const fresh = { ageMs: 1, stale: false }
  const word = (change: Partial<RobotState>, news = fresh, lost = false): string =>
    robotWord({ ...idle, ...change }, news, lost).word

  it('is never good when nothing is known', () => {
    const kinds = [
      robotWord(null, fresh, false),
      robotWord(idle, { ageMs: 3100, stale: true }, false),
      robotWord({ ...idle, mode: 'unknown' }, fresh, false),
      robotWord({ ...idle, link: 'disconnected' }, fresh, false),
      robotWord(idle, fresh, true),
      robotWord({ ...idle, activity: 'episode', armed: true }, { ageMs: 3100, stale: true }, false),
    ].map(({ kind }) => kind)
    expect(new Set(kinds)).toEqual(new Set(['unk']))
  })

  it('tells the most serious fact first', () => {
    const stop = {
      code: 'operator-stop',
      title: '',
      message: '',
      tip: '',
      latched: true,
      rule: null,
      value: null,
      limit: null,
      unit: '',
      joint: null,
      at: T,
      tooltip: null,
      stopTime: null,
    }
    expect(word({ stop, mode: 'move', activity: 'episode', armed: true })).toBe('Stopped, held')
    expect(word({ mode: 'user-stopped', armed: true })).toBe('Hardware stop')
    expect(word({ mode: 'move', activity: 'homing', armed: true })).toBe('Moving home')
    expect(word({ armed: true })).toBe('Armed')
    expect(word({})).toBe('Ready')
  })

  it('says how old the last news is', () => {
    expect(robotRemark(idle, { ageMs: 3100, stale: true }, false)).toBe('no news for 3.1 s')
    expect(robotRemark(idle, fresh, true)).toBe('the station does not answer')
  })
})

describe('the Hand in a word', () => {
  const hand = {
    link: 'connected',
    width: 0.0314,
    maxWidth: 0.08,
    homed: true,
    grasped: false,
    temperature: 30,
    activity: 'none',
    message: '',
    tip: '',
  } as const

  it.each([
    [{}, 'ok', 'Open 31\u00a0mm'],
    [{ grasped: true }, 'ok', 'Holds 31\u00a0mm'],
    [{ homed: false, maxWidth: 0 }, 'warn', 'Not homed'],
    [{ activity: 'homing', homed: false }, 'act', 'Homing'],
    [{ activity: 'grasping' }, 'act', 'Moving'],
    [{ link: 'absent' }, 'wait', 'No Hand'],
    [{ link: 'lost' }, 'bad', 'No news'],
  ] as const)('%o is %s: %s', (change, kind, word) => {
    expect(gripperWord({ ...hand, ...change })).toEqual({ kind, word })
  })
})
