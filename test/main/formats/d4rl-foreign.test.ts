import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../../src/contract/problem.ts'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { checkDataset } from '../../../src/main/dataset/audit/check-dataset.ts'
import { Hdf5Output } from '../../../src/main/formats/hdf5/hdf5-output.ts'
import { toolTip } from '../../native/arm/reference-arm.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { contentOf } from './datasets-of-all-kinds.ts'
import { imported } from './exchange.ts'

/** Rows of a file: an observation is [row, -row] unless given, what follows it is the next row. */
interface Rows {
  observations?: number[][]
  next?: number[][]
  actions?: number[][]
  rewards?: number[]
  terminals: number[]
  timeouts?: number[]
}

async function written(rows: Rows): Promise<string> {
  const n = rows.terminals.length
  const path = join(temporaryFolder(), 'given.hdf5')
  const file = await Hdf5Output.create(path)
  const table = (name: string, values: number[][]) =>
    file.rows(name, 'float32', values[0]!.length, n).append(Float32Array.from(values.flat()))
  const column = (name: string, values: number[]) =>
    file.rows(name, 'float32', null, n).append(Float32Array.from(values))
  table('observations', rows.observations ?? Array.from({ length: n }, (_, row) => [row, -row]))
  if (rows.next) table('next_observations', rows.next)
  table('actions', rows.actions ?? Array.from({ length: n }, (_, row) => [row / n]))
  column('rewards', rows.rewards ?? Array.from({ length: n }, (_, row) => 10 * row))
  column('terminals', rows.terminals)
  if (rows.timeouts) column('timeouts', rows.timeouts)
  file.close()
  return path
}

async function taken(rows: Rows, hints: Parameters<typeof imported>[2] = {}) {
  const path = await written(rows)
  const out = join(path, '../new.forager')
  const report = await imported(path, out, hints)
  return { report, out, ...contentOf(out) }
}

describe('a D4RL file of another program', () => {
  test('with next observations keeps every step, and every end is what its flags say', async () => {
    const next = [1, 2, 50, 4, 60, 70].map((value) => [value, -value])
    const { episodes, sheet, report } = await taken({
      next,
      terminals: [0, 0, 1, 0, 0, 0],
      timeouts: [0, 0, 0, 0, 1, 0],
    })
    expect(episodes.map(({ steps, endReason }) => [steps, endReason])).toEqual([
      [3, 'terminal'],
      [2, 'step-limit'],
      [1, 'operator-stop'],
    ])
    expect([...episodes[0]!.observations]).toEqual([0, -0, 1, -1, 2, -2, 50, -50])
    expect([...episodes[1]!.observations]).toEqual([3, -3, 4, -4, 60, -60])
    expect([...episodes[1]!.rewards]).toEqual([30, 40])
    expect([...episodes[1]!.tickTimes].map((time) => Number(time - episodes[1]!.tickTimes[0]!))).toEqual([0, 5e7, 1e8])
    expect(sheet).toMatchObject({
      world: 'imported',
      hasReward: true,
      stepsPerEpisode: 3,
      target: 6,
      stepPeriodS: 0.05,
    })
    expect(report.beliefs.join('\n')).toContain('0.05 s is assumed')
  })

  test('without next observations takes the next row, repeats before a terminal, and drops what has no successor', async () => {
    const { episodes, report } = await taken({ terminals: [0, 0, 1, 0, 0, 0], timeouts: [0, 0, 0, 0, 1, 0] })
    expect(episodes.map(({ steps, endReason }) => [steps, endReason])).toEqual([
      [3, 'terminal'],
      [1, 'step-limit'],
    ])
    expect([...episodes[0]!.observations]).toEqual([0, -0, 1, -1, 2, -2, 2, -2])
    expect([...episodes[1]!.observations]).toEqual([3, -3, 4, -4])
    expect(report.beliefs).toContainEqual(expect.stringMatching(/^2 steps were left out/))
    expect(report.beliefs).toContainEqual(expect.stringContaining('after 1 terminal steps'))
  })

  test('whose actions exceed 1 is scaled by the largest of each, and says so', async () => {
    const { episodes, sheet, report } = await taken({
      next: [
        [1, 1],
        [2, 2],
      ],
      observations: [
        [0, 0],
        [1, 1],
      ],
      actions: [
        [4, 0.25],
        [-2, 0.5],
      ],
      terminals: [0, 1],
      timeouts: [0, 0],
    })
    expect(sheet.action.map(({ scale }) => scale)).toEqual([4, 0.5])
    expect([...episodes[0]!.policyActions]).toEqual([1, 0.5, -0.5, 1])
    expect(report.beliefs.join('\n')).toContain('largest action')
  })

  test('of a Panda gets names, units and the tool tip of the arm', async () => {
    const { home } = armModel()
    const row = (t: number) => [...home.map((q) => q + 0.001 * t), ...home.map(() => 0.02)]
    const { episodes, sheet, out } = await taken(
      {
        observations: [row(0), row(1), row(2)],
        next: [row(1), row(2), row(3)],
        actions: [0, 1, 2].map(() => home.map(() => 0.04)),
        terminals: [0, 0, 0],
        timeouts: [0, 0, 1],
      },
      { world: 'panda' },
    )
    expect(sheet).toMatchObject({ world: 'panda', stepPeriodS: 0.05 })
    expect(sheet.observation[0]).toEqual({ name: 'q1', unit: 'rad' })
    for (const t of [0, 3]) {
      const tip = [...episodes[0]!.tooltip.subarray(3 * t, 3 * t + 3)]
      toolTip(armModel(), row(t).slice(0, 7)).forEach((x, axis) => expect(tip[axis]).toBeCloseTo(x, 5))
    }
    const reader = new DatasetReader(out)
    try {
      expect(checkDataset(reader).ok).toBe(true)
      expect(reader.coverage()!.cellsReached).toBeGreaterThan(0)
    } finally {
      reader.close()
    }
  })

  test.each([
    ['unsupported', 'has neither flag nor next observations', { terminals: [0, 1] }, {}],
    ['unfit', 'does not fit the world', { terminals: [0, 1], timeouts: [0, 0] }, { world: 'panda' }],
    ['unfit', 'has a value that is no number', { terminals: [0, 1], timeouts: [0, 0], rewards: [0, NaN] }, {}],
    ['unfit', 'has nothing left', { terminals: [0], timeouts: [1] }, {}],
    ['damaged', 'has columns of other lengths', { terminals: [0, 1], timeouts: [0, 0], rewards: [1] }, {}],
  ] as const)('is refused as %s when it %s', async (fault, _, rows, hints) => {
    const path = await written(structuredClone(rows) as unknown as Rows)
    const error: unknown = await imported(path, join(path, '../new.forager'), hints).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ProblemError)
    expect((error as ProblemError).problem.code).toBe(`import-${fault}`)
    expect(readdirSync(join(path, '..'))).toEqual(['given.hdf5'])
  })
})
