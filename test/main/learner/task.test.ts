import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseTask, refuseOutOfReach } from '../../../src/main/learner/task.ts'
import { reachRewards } from '../../../src/main/task/reach-reward.ts'
import { refusalCode, temporaryFolder } from '../dataset/synthetic.ts'

const BOX = { min: [0.1, -0.5, 0.02] as [number, number, number], max: [0.8, 0.5, 0.85] as [number, number, number] }

describe('a reach task', () => {
  test('is read from its text and from a file', () => {
    expect(parseTask('reach:0.4,0.2,0.5', BOX)).toEqual({ kind: 'reach', goal: [0.4, 0.2, 0.5] })
    expect(parseTask('reach: 4e-1, -.2, 0.5', BOX)).toEqual({ kind: 'reach', goal: [0.4, -0.2, 0.5] })
    const file = join(temporaryFolder(), 'task.json')
    writeFileSync(file, '{"kind":"reach","goal":[0.3,0.1,0.4]}')
    expect(parseTask(file, BOX)).toEqual({ kind: 'reach', goal: [0.3, 0.1, 0.4] })
  })

  test('gives way to the reward of the world itself by its word and by a file', () => {
    expect(parseTask('env', BOX)).toEqual({ kind: 'env' })
    const file = join(temporaryFolder(), 'task.json')
    writeFileSync(file, '{"kind":"env"}')
    expect(parseTask(file, BOX)).toEqual({ kind: 'env' })
  })

  test.each([
    '',
    'reach',
    'reach:',
    'reach:0.4,0.2',
    'reach:0.4,0.2,0.5,0.1',
    'reach:0.4,,0.5',
    'reach:0.4,NaN,0.5',
    'reach:a,b,c',
    'reach:0.4,Infinity,0.5',
    'env:1',
    'reach:0.4 0.2 0.5',
    '/nowhere/task.json',
  ])('is refused when it reads %j', (text) => {
    expect(refusalCode(() => parseTask(text, BOX))).toBe('task-unreadable')
  })

  test('is refused out of reach, and the refusal names the distance', () => {
    expect(refusalCode(() => refuseOutOfReach([0.4, 0.2, 0.9], BOX))).toBe('goal-out-of-reach')
    expect(() => refuseOutOfReach([0.4, 0.2, 0.9], BOX)).toThrow(
      /0\.050 m outside.*z is 0\.9 m, allowed are 0\.02 to 0\.85/,
    )
    // Inside the box, yet farther from the shoulder at (0, 0, 0.333) than the arm is long.
    expect(() => refuseOutOfReach([0.75, 0.45, 0.333], BOX)).toThrow(/0\.875 m from the shoulder/)
    expect(() => refuseOutOfReach([0.6, 0.3, 0.3], BOX)).not.toThrow()
  })

  test('rewards each step with minus the distance of the next tool tip', () => {
    const tooltip = Float32Array.of(9, 9, 9, 0.4, 0.2, 0.5, 0.4, 0.2, 0.8, 0.7, -0.2, 0.5)
    const rewards = reachRewards({ kind: 'reach', goal: [0.4, 0.2, 0.5] }, tooltip)
    expect(rewards).toHaveLength(3)
    expect(rewards[0]).toBeCloseTo(0, 6)
    expect(rewards[1]).toBeCloseTo(-0.3, 6)
    expect(rewards[2]).toBeCloseTo(-0.5, 6)
  })
})
