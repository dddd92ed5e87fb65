import { expect, test } from 'vitest'
import { reachText } from '../../../../src/renderer/dataset/timeline/timeline-drawing.ts'

test('the reach of a lane is in the units of the window', () => {
  expect(reachText({ min: -0.5, max: 0.4, unit: 'rad/s' })).toBe('± 28.6 °/s')
  expect(reachText({ min: 0, max: 0.4, unit: 'm/s' })).toBe('to 400 mm/s')
  expect(reachText({ min: 0, max: 3.25, unit: '' })).toBe('to 3.25 ')
})
