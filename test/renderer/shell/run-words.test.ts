import { expect, it } from 'vitest'
import { NO_RUN } from '../../../src/main/session/no-run.ts'
import { runWords } from '../../../src/renderer/shell/run-words.ts'

const NOON = new Date(2026, 0, 5, 12, 0).getTime()
const run = {
  ...NO_RUN,
  dataset: { id: '', name: 'panda-rnd-01', path: '' },
  transitions: 1200,
  target: 5000,
  startedAt: NOON,
}
const line = (...facts: Parameters<typeof runWords>): string => {
  const { before, name, after } = runWords(...facts)
  return before + name + after
}

it('says when the last run ended, pauses included', () => {
  const minute = 60_000
  const done = { ...run, state: 'done' as const, runningS: 60, endedAt: NOON + 9 * minute }
  expect(line(done, false, NOON)).toBe('last run ended 5 Jan, 12:09')
})

it('begins with the state, which a long name cannot push out', () => {
  expect(runWords({ ...run, state: 'paused' }, false, NOON)).toEqual({
    title: '1,200 of 5,000',
    before: 'Paused · ',
    name: 'panda-rnd-01',
    after: '',
  })
  expect(runWords({ ...run, state: 'running', etaS: 120 }, false, NOON)).toMatchObject({
    name: 'panda-rnd-01',
    after: ' · done 12:02',
  })
})

it('tells a stop before the pause that comes of it', () => {
  for (const state of ['homing', 'running', 'pausing', 'paused'] as const)
    expect(line({ ...run, state }, true, NOON)).toBe('Stopped · all on disk')
  expect(line({ ...run, state: 'done', endedAt: NOON }, true, NOON)).toBe('last run ended 5 Jan, 12:00')
})
