import { expect, test } from 'vitest'
import { concerns } from '../../../../src/main/dataset/browse/concern.ts'
import type { ConcernInput } from '../../../../src/main/dataset/browse/concern.ts'

const usual = (i: number): ConcernInput => ({
  steps: 1000,
  slowedSteps: 40 + (i % 7),
  clippedSteps: 10 + (i % 3),
  lateTicks: 0,
  newCells: 20 + (i % 5),
  endReason: 'step-limit',
})

function among(strange: Partial<ConcernInput>): { concern: number; outliers: string[]; others: number[] } {
  const episodes = Array.from({ length: 50 }, (_, i) => usual(i))
  episodes[25] = { ...usual(25), ...strange }
  const judged = concerns(episodes)
  return { ...judged[25]!, others: judged.filter((_, i) => i !== 25).map((each) => each.concern) }
}

test('usual episodes raise no concern', () => {
  const judged = concerns(Array.from({ length: 50 }, (_, i) => usual(i)))
  expect(Math.max(...judged.map((each) => each.concern))).toBeLessThan(20)
  expect(judged.flatMap((each) => each.outliers)).toEqual([])
})

test.each([
  ['steps', { steps: 210 }],
  ['slowedSteps', { slowedSteps: 300 }],
  ['lateTicks', { lateTicks: 6 }],
  ['endReason', { endReason: 'reflex' }],
])('an unusual value of %s is named and ranks above every usual episode', (key, strange) => {
  const { concern, outliers, others } = among(strange)
  expect(outliers).toEqual([key])
  expect(concern).toBeGreaterThan(Math.max(...others))
  expect(concern).toBeGreaterThan(25)
})

test('better than usual is no concern', () => {
  expect(among({ slowedSteps: 0, newCells: 500 }).outliers).toEqual([])
})

test('an end reason that many episodes share is usual', () => {
  const episodes = Array.from({ length: 50 }, (_, i) => ({
    ...usual(i),
    endReason: i % 2 ? 'safety-limit' : 'step-limit',
  }))
  expect(concerns(episodes).flatMap((each) => each.outliers)).toEqual([])
})

test('an episode that the target cut is short by plan, which is no concern; what went wrong in it still is', () => {
  const cut = { steps: 4, newCells: 0, endReason: 'reset-interrupted' }
  expect(among(cut).outliers).toEqual([])
  expect(among(cut).concern).toBeLessThan(20)
  expect(among({ ...cut, lateTicks: 6 }).outliers).toEqual(['lateTicks'])
})

test('concern lies in 0..100 for wild values, and few episodes have no usual', () => {
  const { concern } = among({ steps: 1, slowedSteps: 1e9, clippedSteps: 1e9, lateTicks: 1e9, endReason: 'crash' })
  expect(concern).toBe(100)
  expect(concerns([usual(1), { ...usual(2), steps: 1 }]).map((each) => each.concern)).toEqual([0, 0])
})
