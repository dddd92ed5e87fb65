import { beforeAll, expect, test } from 'vitest'
import { buildSupervisedMotions, expectUnbroken, supervisedMotions } from './supervised-motions.ts'

beforeAll(buildSupervisedMotions)

test('hostile policies from anywhere never break a limit, by a judge that shares nothing with the supervisor', () => {
  const report = supervisedMotions(0, 600)
  expectUnbroken(report)
  for (const code of ['joint-margin', 'workspace-box', 'floor', 'self-collision', 'policy-silent', 'command-invalid', 'operator-stop'])
    expect(report.stops[code], code).toBeGreaterThan(0)
})

test.each([30_628, 58_003])('sequence %i, whose joints come to rest one after another beside a wall, stays inside', (n) => {
  expect(supervisedMotions(n, 1).breaches).toEqual([])
})

test('where states and commands get lost, the arm stays within what the robot does without commands', () => {
  const report = supervisedMotions(100_000, 300, true)
  expect(report.breaches).toEqual([])
  expect(report).toMatchObject({ reflexes: 0, restless: 0 })
})
