import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { DatasetCoverage } from '../../../../src/contract/dataset-coverage.ts'
import { CoverageGrid } from '../../../../src/main/dataset/coverage/coverage-grid.ts'
import { DatasetReader } from '../../../../src/main/dataset/dataset-reader.ts'
import { comparable, describeCoverages } from '../../../../src/main/dataset/coverage/describe-coverage.ts'
import { measureCoverage } from '../../../../src/main/dataset/coverage/measure-coverage.ts'
import type { Watch } from '../../../../src/main/dataset/browse/episode-pass.ts'
import { cellsWithinReach } from '../../../../src/main/dataset/coverage/reach-cells.ts'
import { armModel } from '../../../../src/main/platform/arm-model.ts'
import { RandomStream } from '../../../../src/main/platform/random-stream.ts'
import { recordGiven } from '../given-dataset.ts'
import type { GivenEpisode } from '../given-dataset.ts'
import { BOX, refusalCode, temporaryFolder } from '../synthetic.ts'

const silent = (): Watch => ({ signal: new AbortController().signal, progress: () => undefined })

async function coverageOf(...paths: string[]): Promise<DatasetCoverage[]> {
  const measured = []
  for (const path of paths) {
    const { measurement } = (await measureCoverage(path, silent()))!
    measured.push({ id: path, measurement })
  }
  return describeCoverages(measured)
}

/** Episodes of an arm whose joints, speeds, actions and tool tip are drawn at random. */
function randomEpisodes(seed: number, lengths: readonly number[], width = 1): GivenEpisode[] {
  const random = new RandomStream(seed, 'episodes')
  const { qMin, qMax } = armModel().limits
  return lengths.map((steps) => ({
    steps,
    fill: (row) => {
      for (let joint = 0; joint < 7; joint++) {
        const middle = (qMin[joint]! + qMax[joint]!) / 2
        row.observation[joint] = middle + (width / 2) * random.uniform(-1, 1) * (qMax[joint]! - qMin[joint]!)
        row.observation[7 + joint] = 0.3 * random.normal()
        row.action[joint] = random.uniform(-1, 1)
      }
      row.tooltip.set([0, 1, 2].map((axis) => random.uniform(BOX.min[axis]! - 0.05, BOX.max[axis]!)))
    },
  }))
}

test('every figure of an arm is the one that counting by hand gives', async () => {
  const path = `${temporaryFolder()}/a.forager`
  const lengths = [40, 1, 100, 73]
  const wall = { reason: 'safety-limit' as const, message: 'wall', stopCode: 'workspace-box', stopTitle: 'wall' }
  const episodes = randomEpisodes(1, lengths)
  episodes[1]!.end = wall
  recordGiven(path, episodes)
  const [coverage] = await coverageOf(path)
  const reader = new DatasetReader(path)
  const all = [...reader.trainingEpisodes()]
  reader.close()

  const states = all.flatMap(({ observations, steps }) =>
    Array.from({ length: steps }, (_, t) => observations.subarray(14 * (t + 1), 14 * (t + 2))),
  )
  expect(coverage).toMatchObject({ transitions: 214, episodes: 4, damagedEpisodes: [], notFinite: 0 })
  expect(coverage!.endReasons).toEqual({ 'step-limit': 3, 'safety-limit': 1 })
  expect(coverage!.length).toMatchObject({
    min: 1,
    q25: 30.25,
    median: 56.5,
    q75: 79.75,
    max: 100,
    mean: 53.5,
    longest: 100,
  })
  expect(coverage!.length!.counts[0]! + coverage!.length!.counts[19]! + coverage!.length!.counts[49]!).toBe(3)

  const { limits, supervisor } = armModel()
  coverage!.observations.forEach(({ name, counts, range, outside, entropyNats, entropy }, column) => {
    const joint = column % 7
    const [min, max] =
      column < 7 ? [limits.qMin[joint]!, limits.qMax[joint]!] : [-supervisor.velocityClip, supervisor.velocityClip]
    expect([name, range]).toEqual([`${column < 7 ? '' : 'd'}q${joint + 1}`, { min, max, from: 'limits' }])
    const brute = new Array<number>(50).fill(0)
    for (const state of states) {
      const bin = Math.floor(((state[column]! - min) * 50) / (max - min))
      brute[Math.min(49, Math.max(0, bin))]! += 1
    }
    expect(counts).toEqual(brute)
    const shares = brute.filter((count) => count > 0).map((count) => count / states.length)
    expect(entropyNats).toBeCloseTo(-shares.reduce((sum, p) => sum + p * Math.log(p), 0), 12)
    expect(entropy).toBeCloseTo(entropyNats / Math.log(50), 12)
    expect(outside).toBeCloseTo(states.filter((s) => s[column]! < min || s[column]! > max).length / states.length, 12)
  })
  const actions = all.flatMap(({ policyActions }) => [...policyActions])
  expect(coverage!.saturated).toBeCloseTo(actions.filter((a) => Math.abs(a) > 0.95).length / actions.length, 12)
  expect(coverage!.saturated).toBeGreaterThan(0.02)

  const grid = new CoverageGrid(BOX)
  for (const { tooltip } of all) for (let at = 0; at < tooltip.length; at += 3) grid.visit(tooltip, at)
  const within = await cellsWithinReach(BOX)
  const cellsWithinReachOrReached = grid.cells.reduce((sum, cell, i) => sum + (cell | within.cells[i]!), 0)
  expect(coverage!.workspace).toEqual({
    cellSizeM: 0.05,
    cellsReached: grid.coverage().cellsReached,
    cellsWithinReach: cellsWithinReachOrReached,
    fraction: grid.coverage().cellsReached / cellsWithinReachOrReached,
  })
  expect(coverage!.growth.map(([transitions]) => transitions)).toEqual([40, 41, 141, 214])
  expect(coverage!.growth.at(-1)![1]).toBe(coverage!.workspace!.fraction)
  const angles = coverage!.observations.slice(0, 7).reduce((sum, { entropy }) => sum + entropy, 0) / 7
  expect(coverage!.growth.at(-1)![2]).toBeCloseTo(angles, 12)
})

test('a world without limits is measured over what it reached; an arm that never moves has no entropy', async () => {
  const folder = temporaryFolder()
  const random = new RandomStream(4, 'world')
  const world = {
    world: 'Hopper-v1',
    observation: [
      { name: 'z', unit: 'm' },
      { name: 'still', unit: 'm' },
    ],
    action: [{ name: 'thigh', unit: 'N m', scale: 200 }],
  }
  const fill: GivenEpisode['fill'] = (row) => {
    row.observation.set([random.uniform(0.7, 1.3), 0.25])
    row.action[0] = 1
  }
  recordGiven(`${folder}/world.forager`, [{ steps: 4000, fill }], world)
  const [coverage] = await coverageOf(`${folder}/world.forager`)
  const [z, still] = coverage!.observations
  expect(z!.range.from).toBe('measured')
  expect(z!.range.min).toBeCloseTo(0.7, 2)
  expect(z!.entropy).toBeGreaterThan(0.99)
  expect([still!.entropy, still!.std, still!.range.min]).toEqual([0, 0, 0.25])
  expect([coverage!.workspace, coverage!.growth, coverage!.saturated]).toEqual([null, [], 1])
})

test('two datasets are told over one range, one scale and samples of one size', async () => {
  const folder = temporaryFolder()
  const [narrow, wide] = [`${folder}/narrow.forager`, `${folder}/wide.forager`]
  recordGiven(narrow, randomEpisodes(5, [300], 0.1))
  recordGiven(wide, randomEpisodes(6, [900], 1))
  const [a, b] = await coverageOf(narrow, wide)
  expect(a!.observations.map(({ range }) => range)).toEqual(b!.observations.map(({ range }) => range))
  expect([a!.diversity!.sample, b!.diversity!.sample]).toEqual([300, 300])
  expect(b!.diversity!.distance).toBeGreaterThan(1.2 * a!.diversity!.distance)
  expect(b!.entropy).toBeGreaterThan(a!.entropy)
  // Alone it has its own scale.
  expect((await coverageOf(narrow))[0]!.diversity!.distance).toBeGreaterThan(a!.diversity!.distance)
})

test('datasets of different worlds are not put on one scale', async () => {
  const folder = temporaryFolder()
  recordGiven(`${folder}/arm.forager`, randomEpisodes(7, [20]))
  const other = {
    world: 'Hopper-v1',
    observation: [{ name: 'z', unit: 'm' }],
    action: [{ name: 'a', unit: 'N m', scale: 1 }],
  }
  recordGiven(`${folder}/hopper.forager`, [{ steps: 20, fill: (row, t) => (row.observation[0] = t) }], other)
  const [arm, hopper] = await Promise.all(
    ['arm', 'hopper'].map(async (name) => (await measureCoverage(`${folder}/${name}.forager`, silent()))!.measurement),
  )
  expect([comparable(arm!, arm!), comparable(arm!, hopper!)]).toEqual([true, false])
  const both = [arm!, hopper!].map((measurement, i) => ({ id: String(i), measurement }))
  await expect(describeCoverages(both)).rejects.toMatchObject({ problem: { code: 'not-comparable' } })
})

test('a damaged episode and values that are no numbers are left out, and said to be', async () => {
  const path = `${temporaryFolder()}/a.forager`
  const episodes = randomEpisodes(8, [50, 60, 70])
  const { fill } = episodes[2]!
  episodes[2]!.fill = (row, t) => {
    fill(row, t)
    if (t === 5) row.observation[0] = NaN
    if (t === 6) row.observation[8] = Infinity
  }
  recordGiven(path, episodes)
  const db = new Database(path)
  db.prepare('UPDATE episode_data SET observations = zeroblob(length(observations)) WHERE episode = 2').run()
  db.close()
  const [coverage] = await coverageOf(path)
  expect(coverage).toMatchObject({ transitions: 120, episodes: 2, damagedEpisodes: [2], notFinite: 2 })
  expect(coverage!.observations.map(({ counts }) => counts.reduce((sum, n) => sum + n, 0))).toEqual(
    Array.from({ length: 14 }, (_, column) => (column === 0 || column === 8 ? 119 : 120)),
  )
  // Of 180 states 60 cannot be read and 2 are no numbers.
  expect(coverage!.diversity!.sample).toBe(118)
})

test('an empty dataset has nothing to tell, and is no error', async () => {
  const path = `${temporaryFolder()}/a.forager`
  recordGiven(path, [{ steps: 0, fill: () => undefined }], { stepsPerEpisode: 10 })
  const [coverage] = await coverageOf(path)
  expect(coverage).toMatchObject({
    transitions: 0,
    episodes: 0,
    diversity: null,
    length: null,
    entropy: 0,
    saturated: 0,
  })
  expect(coverage!.workspace!.fraction).toBe(0)
})

/** Everything in a folder, by name and content. */
function contents(folder: string): Record<string, string> {
  const hash = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(`${folder}/${name}`))
      .digest('hex')
  return Object.fromEntries(readdirSync(folder).map((name) => [name, hash(name)]))
}

test('measuring tells its progress and leaves the file as it is; a cancelled one gives nothing', async () => {
  const path = `${temporaryFolder()}/a.forager`
  recordGiven(path, randomEpisodes(9, new Array<number>(150).fill(200)))
  const before = contents(dirname(path))['a.forager']
  const told: number[] = []
  await measureCoverage(path, { ...silent(), progress: ({ done, of }) => told.push(done / of) })
  expect(told.at(-1)).toBe(1)
  expect(told).toEqual(told.toSorted((a, b) => a - b))
  const stop = new AbortController()
  const cancelled = measureCoverage(path, { signal: stop.signal, progress: () => stop.abort() })
  expect(await cancelled).toBeNull()
  const after = contents(dirname(path))
  expect(after['a.forager']).toBe(before)
  expect(Object.keys(after).filter((name) => !name.startsWith('a.forager'))).toEqual([])
})

test('a missing file and a foreign one are refused in words', async () => {
  const missing = await measureCoverage(`${temporaryFolder()}/none.forager`, silent()).catch((error: unknown) => error)
  expect(
    refusalCode(() => {
      throw missing
    }),
  ).toBe('dataset-missing')
})
