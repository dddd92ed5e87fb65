import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { locomotionNameSchema } from '../../../src/contract/world.ts'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { runCli } from './run-cli.ts'
import type { CliResult } from './run-cli.ts'

function collect(world: string, path: string, transitions: number, ...more: string[]): Promise<CliResult> {
  const words = ['--world', world, '--explorer', 'random', '--seed', '1', '--dataset', path, '--json']
  return runCli('collect', ...words, '--transitions', String(transitions), ...more)
}

test.each(locomotionNameSchema.options)('%s is collected, described and checked', async (world) => {
  const path = join(temporaryFolder(), 'a.forager')
  const collected = await collect(world, path, 1500)
  expect(collected.code, collected.stderr).toBe(0)
  const json = collected.json()
  expect(json).toMatchObject({
    world,
    world_options: { inertia: 'legacy' },
    transitions: 1500,
    late_ticks: 0,
    coverage: null,
  })
  const info = (await runCli('info', path, '--json')).json() as Record<string, unknown> & {
    return: { mean: number; std: number }
    length: { mean: number; max: number }
  }
  expect(info).toMatchObject({ world, transitions: 1500, end_reasons: json['end_reasons'], state: 'ready' })
  const check = await runCli('check', path, '--json')
  expect(check.code).toBe(0)
  expect(check.json()).toMatchObject({ ok: true, problems: [] })
  const reader = new DatasetReader(path)
  const returns = [...reader.trainingEpisodes()].map(({ rewards }) => rewards.reduce((sum, each) => sum + each, 0))
  const mean = returns.reduce((sum, each) => sum + each, 0) / returns.length
  expect(info.return.mean).toBeCloseTo(mean, 6)
  expect(info.length.max).toBe(Math.max(...[...reader.trainingEpisodes()].map(({ steps }) => steps)))
  const reasons = Object.keys(reader.endReasons()).toSorted()
  // A cheetah never falls; the others nearly always do. The last episode is cut by the target.
  expect(reasons).toEqual(
    world === 'HalfCheetah-v1' ? ['reset-interrupted', 'step-limit'] : ['reset-interrupted', 'terminal'],
  )
  reader.close()
})

test('exact masses are another world: other data, and not in the same file', async () => {
  const path = join(temporaryFolder(), 'a.forager')
  const exact = join(temporaryFolder(), 'b.forager')
  await collect('Hopper-v1', path, 100)
  expect((await collect('Hopper-v1', exact, 100, '--inertia', 'exact')).json()).toMatchObject({
    world_options: { inertia: 'exact' },
  })
  const first = (file: string): Float32Array => {
    const reader = new DatasetReader(file)
    const { rewards } = reader.trainingEpisode(1)
    reader.close()
    return rewards
  }
  expect(first(exact)).not.toEqual(first(path))
  const before = readFileSync(path)
  const mixed = await collect('Hopper-v1', path, 200, '--inertia', 'exact')
  expect([mixed.code, mixed.problem().code]).toEqual([1, 'dataset-differs'])
  expect(readFileSync(path)).toEqual(before)
})

test('options that a world does not have are refused before anything is written', async () => {
  const path = join(temporaryFolder(), 'a.forager')
  const panda = await collect('panda', path, 100, '--inertia', 'exact')
  expect(panda.problem().code).toBe('unknown-option')
  const robot = await collect('Hopper-v1', path, 100, '--robot', '127.0.0.1')
  expect(robot.problem().code).toBe('bad-arguments')
  const wrong = await collect('Hopper-v1', path, 100, '--inertia', 'heavy')
  expect(wrong.code).not.toBe(0)
  expect(wrong.stderr).toMatch(/legacy.*exact/)
})
