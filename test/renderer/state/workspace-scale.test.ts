import { expect, test } from 'vitest'
import { workspaceScale } from '../../../src/renderer/state/workspace-scale.ts'

const box = { cellSizeM: 0.05, cellsReached: 1000, cellsTotal: 4760, fraction: 1000 / 4760 }
const reach = { cellsTotal: 4760, cellsWithinReach: 4742 }

test('a share of the box becomes one of the cells within reach', () => {
  expect(box.fraction * workspaceScale(box, reach)!).toBeCloseTo(1000 / 4742, 12)
})

test('another box, a box out of reach and what is not known have no such share', () => {
  expect(workspaceScale({ ...box, cellsTotal: 10 }, reach)).toBeNull()
  expect(workspaceScale(box, { ...reach, cellsWithinReach: 0 })).toBeNull()
  expect(workspaceScale(null, reach)).toBeNull()
  expect(workspaceScale(box, null)).toBeNull()
})
