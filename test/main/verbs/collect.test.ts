import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { progress, runCli, startCli } from './run-cli.ts'
import type { CliResult } from './run-cli.ts'

function collect(path: string, transitions: number, ...more: string[]): Promise<CliResult> {
  const words = ['--world', 'panda', '--explorer', 'random', '--seed', '1', '--steps-per-episode', '200']
  return runCli('collect', ...words, '--transitions', String(transitions), '--dataset', path, '--json', ...more)
}

test('exactly the wanted transitions are recorded, counted the same by every verb, and sound', async () => {
  const path = join(temporaryFolder(), 'a.forager')
  const collected = await collect(path, 3001)
  expect(collected.code).toBe(0)
  const json = collected.json()
  expect(json).toMatchObject({
    dataset: path,
    world: 'panda',
    explorer: 'random',
    mode: 'paper',
    seed: 1,
    transitions: 3001,
    resumed_from: 0,
    violations: { position: 0, velocity: 0, acceleration: 0, jerk: 0 },
  })
  expect(json['steps_per_s']).toBeGreaterThan(0)
  const info = (await runCli('info', path, '--json')).json()
  expect(info).toMatchObject({
    transitions: 3001,
    episodes: json['episodes'],
    end_reasons: json['end_reasons'],
    state: 'ready',
  })
  const check = await runCli('check', path, '--json')
  expect(check.code).toBe(0)
  expect(check.json()).toMatchObject({ ok: true, problems: [] })
  const reader = new DatasetReader(path)
  const episodes = [...reader.trainingEpisodes()]
  expect(episodes.reduce((sum, episode) => sum + episode.steps, 0)).toBe(3001)
  for (const { steps, endReason, observations } of episodes) {
    expect(observations).toHaveLength((steps + 1) * 14)
    // Whatever is not at the limit has another, truthful reason.
    expect(endReason === 'step-limit').toBe(steps === 200)
    expect(['step-limit', 'safety-limit', 'reset-interrupted']).toContain(endReason)
  }
  expect(episodes.slice(0, -1).every(({ endReason }) => endReason !== 'reset-interrupted')).toBe(true)
  reader.close()
})

test('a second run with the same number adds nothing, a larger number counts what is there', async () => {
  const path = join(temporaryFolder(), 'a.forager')
  await collect(path, 500)
  expect((await collect(path, 500)).json()).toMatchObject({ transitions: 500, resumed_from: 500 })
  expect((await collect(path, 700)).json()).toMatchObject({ transitions: 700, resumed_from: 500 })
})

test('a run of another seed or a smaller number leaves the file as it is', async () => {
  const path = join(temporaryFolder(), 'a.forager')
  await collect(path, 500)
  const before = readFileSync(path)
  expect((await collect(path, 400)).problem()).toMatchObject({ code: 'target-below' })
  const other = await runCli(
    'collect',
    '--world',
    'panda',
    '--explorer',
    'random',
    '--seed',
    '2',
    '--steps-per-episode',
    '200',
    '--transitions',
    '900',
    '--dataset',
    path,
    '--json',
  )
  expect(other.problem()).toMatchObject({ code: 'dataset-differs' })
  expect(other.problem().message).toMatch(/seed 1.*2/)
  expect(readFileSync(path)).toEqual(before)
})

test('two processes cannot write the same dataset', async () => {
  const path = join(temporaryFolder(), 'a.forager')
  const many = ['--world', 'panda', '--explorer', 'random', '--transitions', '50000000', '--dataset', path, '--json']
  const first = startCli('collect', ...many)
  await progress(first, 1)
  const second = await runCli('collect', ...many)
  expect([second.code, second.problem().code]).toEqual([1, 'dataset-in-use'])
  first.child.kill('SIGTERM')
  expect((await first.done).code).toBe(0)
})

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends the run with the data closed and says what is there',
  async (signal) => {
    const path = join(temporaryFolder(), 'a.forager')
    const words = ['--world', 'panda', '--explorer', 'random', '--transitions', '50000000', '--dataset', path, '--json']
    const run = startCli('collect', ...words)
    await progress(run, 1)
    run.child.kill(signal)
    const result = await run.done
    expect(result.code).toBe(0)
    const { transitions } = result.json()
    expect(transitions).toBeGreaterThan(0)
    const reader = new DatasetReader(path)
    expect(reader.totals().transitions).toBe(transitions)
    // Closed, not recovered: no episode is marked as crashed.
    expect(reader.endReasons()).not.toHaveProperty('crash')
    reader.close()
  },
)
