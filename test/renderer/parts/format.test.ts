import { describe, expect, it } from 'vitest'
import {
  formatAge,
  formatBytes,
  formatDegrees,
  formatDuration,
  formatDistance,
  formatMillimetres,
  formatNumber,
  formatPercent,
  parseWholeNumber,
} from '../../../src/renderer/parts/format.ts'
import { metresText } from '../../../src/contract/metres.ts'

describe('numbers on screen', () => {
  it('has thousands commas before the point only', () => {
    expect(formatNumber(1234567)).toBe('1,234,567')
    expect(formatNumber(1234.56789, 4)).toBe('1,234.5679')
    expect(formatNumber(999)).toBe('999')
  })

  it('writes minus as U+2212, and never a minus zero', () => {
    expect(formatNumber(-0.3, 1)).toBe('\u22120.3')
    expect(formatNumber(-0.04, 1)).toBe('0.0')
    expect(formatNumber(-1234)).toBe('\u22121,234')
  })

  it('writes an en dash for what is not known', () => {
    for (const unknown of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY])
      expect(formatNumber(unknown)).toBe('–')
    expect(formatPercent(null)).toBe('–')
    expect(formatDegrees(undefined)).toBe('–')
  })

  it('turns SI into what a person reads', () => {
    expect(formatDegrees(Math.PI / 2)).toBe('90.0')
    expect(formatMillimetres(-0.3184)).toBe('\u2212318')
    expect(formatPercent(0.4418)).toBe('44.2')
  })

  it('shows a tenth of a millimetre where a goal is nearly reached', () => {
    expect([0.00037, 0.0098, 0.00996, 0.1244].map(formatDistance)).toEqual(['0.4', '9.8', '10', '124'])
    expect([0.00037, 0.0098, 0.00996, 0.1244].map(metresText)).toEqual(['0.0004', '0.0098', '0.01', '0.12'])
  })

  it('pads minutes, so that a duration keeps its width', () => {
    expect(formatDuration(45)).toBe('45\u00a0s')
    expect(formatDuration(59.6)).toBe('1\u00a0min')
    expect(formatDuration(27 * 60)).toBe('27\u00a0min')
    expect(formatDuration(2 * 3600 + 9 * 60)).toBe('2\u00a0h 09\u00a0min')
    expect(formatDuration(3599)).toBe('1\u00a0h 00\u00a0min')
    expect(formatDuration(76 * 3600)).toBe('3\u00a0d 4\u00a0h')
  })

  it('changes the unit of an age and of a size with its magnitude', () => {
    expect(formatAge(20)).toEqual(['20', 'ms'])
    expect(formatAge(3100)).toEqual(['3.1', 's'])
    expect(formatAge(150_000)).toEqual(['3', 'min'])
    expect(formatBytes(21e6)).toEqual(['21.0', 'MB'])
    expect(formatBytes(84.2e9)).toEqual(['84.2', 'GB'])
  })

  it('reads whole numbers as people type them, and nothing else', () => {
    expect(parseWholeNumber('200,000')).toBe(200_000)
    expect(parseWholeNumber(' 200 000 ')).toBe(200_000)
    for (const wrong of ['', '-1', '1.5', '1e5', '0x10', 'ten', '99999999999999'])
      expect(parseWholeNumber(wrong)).toBeNull()
  })
})
