import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { stopRate } from '../../../../src/main/dataset/browse/stop-rate.ts'

function rateOf(reasons: readonly string[]): number[] {
  const db = new Database(':memory:')
  db.exec('CREATE TABLE episode (episode INTEGER PRIMARY KEY, end_reason TEXT NOT NULL)')
  const insert = db.prepare('INSERT INTO episode VALUES (?, ?)')
  reasons.forEach((reason, i) => insert.run(i + 1, reason))
  return stopRate(db)
}

test('a few episodes are told one by one, and none at all for none', () => {
  expect(rateOf([])).toEqual([])
  expect(rateOf(['safety-limit', 'step-limit', 'reflex', 'crash', 'operator-stop', 'terminal'])).toEqual([
    1, 0, 1, 0, 1, 0,
  ])
})

test('many episodes are told in 56 stretches of the run, in order', () => {
  const rate = rateOf(Array.from({ length: 5600 }, (_, i) => (i % 100 < i / 56 ? 'safety-limit' : 'step-limit')))
  expect(rate).toHaveLength(56)
  expect(rate.toSorted((a, b) => a - b)).toEqual(rate)
  expect(rate[0]).toBeCloseTo(0.02, 1)
  expect(rate.at(-1)).toBeCloseTo(0.99, 1)
  expect(rate[28]).toBeCloseTo(0.51, 1)
})
