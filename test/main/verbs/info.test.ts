import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recordGiven } from '../dataset/given-dataset.ts'
import { fillRow, temporaryFolder } from '../dataset/synthetic.ts'
import { runCli } from './run-cli.ts'

/** Two datasets of the arm and one of another world. */
function datasets(): { a: string; b: string; hopper: string } {
  const folder = temporaryFolder()
  const path = (name: string): string => join(folder, `${name}.forager`)
  const episode = (i: number, size: number) => ({
    steps: 60 + 20 * i,
    fill: (row: Parameters<typeof fillRow>[0], t: number) => {
      fillRow(row, i, t)
      row.action.fill(size * Math.cos(t))
    },
  })
  recordGiven(path('a'), [episode(0, 0.5), episode(1, 0.5)])
  recordGiven(path('b'), [episode(0, 1), episode(1, 1), episode(2, 1)])
  const other = { observation: [{ name: 'z', unit: 'm' }], action: [{ name: 'thigh', unit: 'N m', scale: 1 }] }
  recordGiven(path('hopper'), [{ steps: 9, fill: (row, t) => (row.observation[0] = t) }], {
    world: 'Hopper-v1',
    ...other,
  })
  return { a: path('a'), b: path('b'), hopper: path('hopper') }
}

interface Told {
  transitions: number
  length: { mean: number; max: number; median: number; counts: number[] }
  coverage: {
    cells_reached: number
    workspace: { cells_reached: number; cells_within_reach: number; fraction: number } | null
    entropy: number
    diversity: { neighbour: number; sample: number; distance: number } | null
    action_saturation: number
    observations: { name: string; counts: number[]; entropy: number; entropy_nats: number }[]
    actions: { name: string; saturation: number }[]
  }
}

test('info tells what a dataset covers, to programs and to persons', async () => {
  const { a } = datasets()
  const told = (await runCli('info', a, '--json')).json() as unknown as Told
  expect(told).toMatchObject({ transitions: 140, length: { mean: 70, max: 80, median: 70 } })
  const { coverage } = told
  expect(coverage.workspace!.cells_reached).toBe(coverage.cells_reached)
  expect(coverage.workspace!.fraction).toBe(coverage.cells_reached / coverage.workspace!.cells_within_reach)
  expect(coverage.observations.map(({ name }) => name)).toEqual(
    ['q', 'dq'].flatMap((of) => [1, 2, 3, 4, 5, 6, 7].map((joint) => `${of}${joint}`)),
  )
  for (const { counts, entropy, entropy_nats } of coverage.observations) {
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(140)
    expect(entropy_nats).toBeCloseTo(entropy * Math.log(50), 12)
  }
  expect(coverage.diversity).toMatchObject({ neighbour: 5, sample: 140 })
  expect(coverage.action_saturation).toBe(0)
  const text = await runCli('info', a)
  expect(text.stdout).toMatch(/workspace +\d+\.\d %: \d+ of \d+ cells of 5 cm within reach/)
  expect(text.stdout).toMatch(/entropy +0\.\d{3} of 1/)
  expect(text.stdout).toMatch(/state q1 +0\.\d{3} over -2\.9 \.\. 2\.9 rad/)
})

test('two datasets stand side by side with their differences', async () => {
  const { a, b } = datasets()
  const result = (await runCli('info', a, b, '--json')).json() as unknown as {
    datasets: [Told, Told]
    difference: Record<string, number | null>
  }
  const [first, second] = result.datasets
  expect([first.transitions, second.transitions]).toEqual([140, 240])
  expect(result.difference).toMatchObject({ transitions: 100, episodes: 1, length_mean: 10, return_mean: null })
  expect(result.difference['entropy']).toBeCloseTo(second.coverage.entropy - first.coverage.entropy, 12)
  expect(second.coverage.action_saturation).toBeGreaterThan(0.1)
  expect(result.difference['action_saturation']).toBe(second.coverage.action_saturation)
  expect(first.coverage.diversity!.sample).toBe(second.coverage.diversity!.sample)
  const { stdout } = await runCli('info', a, b)
  expect(stdout).toMatch(/a\.forager +b\.forager +second - first/)
  expect(stdout).toMatch(/transitions +140 of .* 240 of .*\+100/)
})

test('datasets of different worlds stand side by side without differences of what has no common scale', async () => {
  const { a, hopper } = datasets()
  const result = await runCli('info', a, hopper, '--json')
  expect(result.code).toBe(0)
  expect(result.stderr).toContain('each is measured on its own scale')
  expect(result.json()['difference']).toMatchObject({
    transitions: -131,
    workspace_fraction: null,
    entropy: null,
    diversity: null,
  })
})

test('--brief tells what the file has counted and reads no transition', async () => {
  const { a } = datasets()
  const { coverage, length } = (await runCli('info', a, '--brief', '--json')).json() as unknown as Told
  expect(Object.keys(coverage)).toEqual(['cell_size_m', 'cells_reached', 'cells_total', 'fraction'])
  expect(Object.keys(length)).toEqual(['mean', 'max'])
  expect((await runCli('info', a, '--brief')).stdout).toMatch(/coverage +\d+ of 4760 cells of 5 cm in the box/)
})
