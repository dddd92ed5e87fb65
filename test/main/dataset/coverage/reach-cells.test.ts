import { expect, test } from 'vitest'
import { CoverageGrid } from '../../../../src/main/dataset/coverage/coverage-grid.ts'
import type { TooltipBox } from '../../../../src/main/dataset/coverage/coverage-grid.ts'
import { cellsWithinReach } from '../../../../src/main/dataset/coverage/reach-cells.ts'
import { armModel } from '../../../../src/main/platform/arm-model.ts'
import { native } from '../../../../src/main/platform/native.ts'
import { RandomStream } from '../../../../src/main/platform/random-stream.ts'
import { BOX } from '../synthetic.ts'

const EVERYWHERE: TooltipBox = { min: [-1.2, -1.2, -0.6], max: [1.2, 1.2, 1.4] }

test.each([
  ['the allowed box', BOX],
  ['all around the arm', EVERYWHERE],
])('poses drawn at random inside the limits stay within the cells of reach: %s', async (_, box) => {
  const reach = await cellsWithinReach(box)
  const drawn = new CoverageGrid(box)
  const { limits } = armModel()
  const kinematics = new native.Kinematics(armModel())
  const random = new RandomStream(3, 'poses')
  for (let i = 0; i < 100_000; i++) {
    const q = limits.qMin.map((low, joint) => random.uniform(low, limits.qMax[joint]!))
    drawn.visit(kinematics.toolPose(q), 12)
  }
  const beyond = drawn.cells.reduce((sum, cell, i) => sum + (cell === 1 && reach.cells[i] === 0 ? 1 : 0), 0)
  expect(beyond).toBeLessThanOrEqual(Math.ceil(0.002 * drawn.coverage().cellsReached))
  // Arcs find what random poses come to rarely.
  expect(reach.coverage().cellsReached).toBeGreaterThan(drawn.coverage().cellsReached)
})

test('nearly all of the allowed box is within reach, and nothing farther than the arm is long', async () => {
  expect((await cellsWithinReach(BOX)).coverage().fraction).toBeGreaterThan(0.99)
  const far = await cellsWithinReach({ min: [1.3, 1.3, 0], max: [1.6, 1.6, 0.5] })
  expect(far.coverage().cellsReached).toBe(0)
})

test('a box is looked through once', async () => {
  expect(await cellsWithinReach(BOX)).toBe(await cellsWithinReach(structuredClone(BOX)))
})
