import { describe, expect, it } from 'vitest'
import { robotTroubles } from '../../../src/main/robot/robot-troubles.ts'
import { native } from '../../../src/main/platform/native.ts'
import { filterTroubles, flagTroubles, troubleEntry } from '../../../src/renderer/robot/trouble-entries.ts'

describe('troubles to look up', () => {
  const entries = [...robotTroubles.map(troubleEntry), ...flagTroubles(native.errorFlags())]

  it('are found by any words of what another program said, in any order', () => {
    expect(filterTroubles(entries, 'UDP timeout').map(({ key }) => key)).toEqual(['5'])
    expect(filterTroubles(entries, 'power_limit_violation').map(({ key }) => key)).toEqual([
      '43',
      'power_limit_violation',
    ])
    expect(filterTroubles(entries, 'governor power').map(({ key }) => key)).toContain('33')
    expect(filterTroubles(entries, 'no such word at all')).toEqual([])
    expect(filterTroubles(entries, '  ').length).toBe(entries.length)
  })

  it('have a key of their own each, and the raw name of each flag to copy', () => {
    expect(new Set(entries.map(({ key }) => key)).size).toBe(entries.length)
    for (const { name } of native.errorFlags()) expect(entries.some(({ title }) => title.includes(name))).toBe(true)
  })
})
