import { describe, expect, it } from 'vitest'
import { limitText, parseLimit, shownUnit } from '../../../src/renderer/robot/limit-units.ts'

describe('limits on screen', () => {
  it('are degrees, millimetres, milliseconds and per cent', () => {
    expect(shownUnit({ unit: 'rad', defaults: [0.15] }).unit).toBe('°')
    expect(limitText(0.15, shownUnit({ unit: 'rad', defaults: [0.15] }))).toBe('8.5944')
    expect(limitText(0.05, shownUnit({ unit: 'm', defaults: [0.05] }))).toBe('50')
    expect(limitText(0.02, shownUnit({ unit: 's', defaults: [0.02] }))).toBe('20')
    expect(shownUnit({ unit: 's', defaults: [86_400] }).unit).toBe('s')
    expect(shownUnit({ unit: 'm', defaults: [50_000] }).unit).toBe('m')
    expect(limitText(0.95, shownUnit({ unit: 'share', defaults: [0.95] }))).toBe('95')
    expect(limitText(25, shownUnit({ unit: 'N', defaults: [25] }))).toBe('25')
  })

  it('come back as the very default when its text was not changed', () => {
    const shown = shownUnit({ unit: 'rad', defaults: [0.15] })
    expect(parseLimit('8.5944', 0.15, shown)).toBe(0.15)
    expect(parseLimit(' 9 ', 0.15, shown)).toBeCloseTo((9 * Math.PI) / 180, 12)
    expect(parseLimit('\u22125', 0.15, shown)).toBeCloseTo((-5 * Math.PI) / 180, 12)
    expect(parseLimit('1,000', 1, shownUnit({ unit: 'm/s', defaults: [1] }))).toBe(1)
  })

  it.each(['', 'fast', '1e', 'Infinity', '--2'])('refuse %j', (typed) => {
    expect(parseLimit(typed, 1, { unit: 'N', factor: 1 })).toBeNull()
  })
})
