import { beforeAll, expect, test } from 'vitest'
import { buildSupervisedMotions, expectUnbroken, supervisedMotions } from './supervised-motions.ts'

beforeAll(buildSupervisedMotions)

const CHUNK = 5000

test.each(Array.from({ length: 20 }, (_, chunk) => chunk * CHUNK))(
  'hostile policies from %i on never break a limit',
  (first) => {
    expectUnbroken(supervisedMotions(first, CHUNK))
  },
)

test('10,000 of them with lost states and commands stay within what the robot does without commands', () => {
  const report = supervisedMotions(200_000, 10_000, true)
  expect(report.breaches).toEqual([])
  expect(report).toMatchObject({ reflexes: 0, restless: 0 })
})
