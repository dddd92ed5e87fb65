import { beforeAll, expect, test } from 'vitest'
import { buildJudgedProgram } from './judged-program.ts'
import { expectHostile, expectUnbroken, supervisedMotions } from './supervised-motions.ts'

beforeAll(() => buildJudgedProgram('supervised-motions'))

test('hostile policies from anywhere never break a limit, by a judge that shares nothing with the supervisor', () => {
  const report = supervisedMotions(0, 600)
  expectUnbroken(report)
  expectHostile(report)
  for (const code of ['joint-margin', 'workspace-box', 'floor', 'self-collision', 'policy-silent', 'command-invalid', 'operator-stop'])
    expect(report.stops[code], code).toBeGreaterThan(0)
})

test.each([30_628, 58_003])('sequence %i, whose joints come to rest one after another beside a wall, stays inside', (n) => {
  expectUnbroken(supervisedMotions(n, 1))
})

test('where states and commands get lost, the arm stays within what the robot does without commands', () => {
  expectUnbroken(supervisedMotions(100_000, 300, true))
})
