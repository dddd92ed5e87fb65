import { expect, test } from 'vitest'
import { CoverageGrid } from '../../../../src/main/dataset/coverage/coverage-grid.ts'
import { BOX } from '../synthetic.ts'

test('the default box has 14 x 20 x 17 cells of 5 cm', () => {
  expect(new CoverageGrid(BOX).coverage()).toEqual({ cellSizeM: 0.05, cellsReached: 0, cellsTotal: 4760, fraction: 0 })
})

test('a cell counts once, its neighbour again, a point outside the box or not a number never', () => {
  const grid = new CoverageGrid(BOX)
  expect(grid.visit([0.12, 0.01, 0.3])).toBe(true)
  expect(grid.visit([0.13, 0.02, 0.29])).toBe(false)
  expect(grid.visit([0.16, 0.02, 0.3])).toBe(true)
  expect(grid.visit([0.09, 0.01, 0.3])).toBe(false)
  expect(grid.visit([0.3, 0.51, 0.3])).toBe(false)
  expect(grid.visit([NaN, 0.1, 0.3])).toBe(false)
  expect(grid.coverage().cellsReached).toBe(2)
})

test('the corners of the box belong to its first and last cell', () => {
  const grid = new CoverageGrid(BOX)
  grid.visit(BOX.min)
  grid.visit(BOX.max)
  expect([grid.cells[0], grid.cells[4759]]).toEqual([1, 1])
})

test('every cell can be reached, and a grid of stored cells goes on counting', () => {
  const grid = new CoverageGrid(BOX)
  for (let x = 0.1025; x < 0.8; x += 0.05)
    for (let y = -0.4975; y < 0.5; y += 0.05) for (let z = 0.0225; z < 0.85; z += 0.05) grid.visit([x, y, z])
  expect(grid.coverage().fraction).toBe(1)
  expect(new CoverageGrid(BOX, grid.cells).coverage()).toEqual(grid.coverage())
})
