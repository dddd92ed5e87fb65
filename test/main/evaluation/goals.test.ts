import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { defaultGoals, GoalBook } from '../../../src/main/evaluation/goals.ts'
import { refuseOutOfReach } from '../../../src/main/learner/task.ts'
import { armLimits } from '../../../src/main/platform/arm-model.ts'
import { refusalCode, temporaryFolder } from '../dataset/synthetic.ts'

const { box } = armLimits()

describe('the goals', () => {
  test('that come with the station are within reach', () => {
    expect(defaultGoals().map((goal) => goal.name)).toEqual(['A', 'B', 'C', 'D'])
    for (const goal of defaultGoals()) expect(() => refuseOutOfReach(goal.position, box)).not.toThrow()
  })

  test('can be edited, and the edit survives a restart', () => {
    const home = temporaryFolder()
    const book = new GoalBook(home, box)
    let told = 0
    book.feed.onChange(() => told++)
    book.replace([{ name: 'E', position: [0.4, 0, 0.5] }])
    expect(told).toBe(1)
    expect(new GoalBook(home, box).list()).toEqual([{ name: 'E', position: [0.4, 0, 0.5] }])
    book.reset()
    expect(new GoalBook(home, box).list()).toEqual(defaultGoals())
  })

  test('are refused out of reach, twice of one name or without one, and nothing changes', () => {
    const home = temporaryFolder()
    const book = new GoalBook(home, box)
    book.replace([{ name: 'E', position: [0.4, 0, 0.5] }])
    const file = readFileSync(join(home, 'goals.json'), 'utf8')
    const code = (goals: unknown): string => refusalCode(() => book.replace(goals as never))
    expect(code([{ name: 'F', position: [0.4, 0, 0.95] }])).toBe('goal-out-of-reach')
    expect(
      code([
        { name: 'F', position: [0.4, 0, 0.5] },
        { name: 'F', position: [0.5, 0, 0.5] },
      ]),
    ).toBe('goal-name-twice')
    expect(code([{ name: '', position: [0.4, 0, 0.5] }])).toBe('goals-unreadable')
    expect(code([{ name: 'F', position: [0.4, NaN, 0.5] }])).toBe('goals-unreadable')
    expect(code([])).toBe('goals-unreadable')
    expect(readFileSync(join(home, 'goals.json'), 'utf8')).toBe(file)
    expect(book.list()).toEqual([{ name: 'E', position: [0.4, 0, 0.5] }])
  })

  test('fall back to those of the station when the file is broken', () => {
    const home = temporaryFolder()
    writeFileSync(join(home, 'goals.json'), '[{"name"')
    expect(new GoalBook(home, box).list()).toEqual(defaultGoals())
  })
})
