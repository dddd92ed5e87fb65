import { expect, it } from 'vitest'
import { Silence } from '../../../src/renderer/state/silence.ts'

const BEAT = 100

/** Beats from `from` on, ms; returns the silence after the last. */
function beats(silence: Silence, from: number, count: number): number {
  let last = 0
  for (let i = 0; i < count; i++) last = silence.beat(from + i * BEAT, true)
  return last
}

it('grows with the beats while questions are unanswered', () => {
  const silence = new Silence()
  silence.beat(0, false)
  expect(beats(silence, 100, 20)).toBe(2000)
})

it('begins anew with each answer, and while nothing is asked', () => {
  const silence = new Silence()
  beats(silence, 0, 20)
  silence.answered()
  expect(silence.beat(2000, true)).toBe(100)
  expect(silence.beat(2100, false)).toBe(0)
})

it('does not count the time in which this side itself did not listen', () => {
  const silence = new Silence()
  silence.beat(0, true)
  // A window that hung for 10 s finds the beats of that time waiting for it, all at once.
  let last = 0
  for (let i = 0; i < 100; i++) last = silence.beat(10_000, true)
  expect(last).toBeLessThan(500)
})
