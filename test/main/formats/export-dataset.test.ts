import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ExchangeProgress } from '../../../src/contract/exchange.ts'
import { ProblemError } from '../../../src/contract/problem.ts'
import type { Problem } from '../../../src/contract/problem.ts'
import { newView, writeView } from '../../../src/main/dataset/curation/view-file.ts'
import { viewRulesSchema } from '../../../src/contract/view.ts'
import { curateDataset } from '../../../src/main/dataset/curation/curate-dataset.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { exportDataset, planExport } from '../../../src/main/formats/export-dataset.ts'
import { EXPORTERS } from '../../../src/main/formats/exporters.ts'
import { forkProcess } from '../../../src/main/platform/own-process.ts'
import { ExchangeProcesses } from '../../../src/main/workers/exchange-process.ts'
import { recordGiven } from '../dataset/given-dataset.ts'
import { BOX, fillRow, sheet, temporaryFolder } from '../dataset/synthetic.ts'
import { contentOf, recordRandom } from './datasets-of-all-kinds.ts'
import { exported, imported } from './exchange.ts'

const FORMATS = EXPORTERS.map(({ format, extension }) => ({ format, name: `a${extension}` }))

async function refused(work: Promise<unknown>): Promise<Problem> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (error instanceof ProblemError) return error.problem
  throw new Error('it was not refused', { cause: error })
}

describe.each(FORMATS)('an export as $format', ({ format, name }) => {
  test('of a value that is not a number is refused by episode and place, and leaves nothing', async () => {
    const home = temporaryFolder()
    const path = join(home, 'a.forager')
    recordGiven(path, [
      { steps: 5, fill: (row, t) => fillRow(row, 1, t) },
      {
        steps: 5,
        fill: (row, t) => {
          fillRow(row, 2, t)
          if (t === 3) row.observation[1] = NaN
        },
      },
    ])
    const problem = await refused(exported(path, format, join(home, name)))
    expect(problem.code).toBe('episode-not-finite')
    expect(problem.message).toContain('The observations of episode 2')
    expect(problem.message).toContain('at index 43')
    expect(readdirSync(home)).toEqual(['a.forager'])
  })

  test('that is cancelled on its way leaves nothing', async () => {
    const home = temporaryFolder()
    const path = join(home, 'a.forager')
    recordRandom(path, { kind: 'arm', seed: 4, episodes: 6, longest: 10 })
    const { signal } = new AbortController()
    let asked = 0
    Object.defineProperty(signal, 'aborted', { get: () => ++asked > 3 })
    const order = { path, format, out: join(home, name), actions: 'policy' as const }
    const problem = await refused(exportDataset(order, { progress: () => undefined, signal }))
    expect(problem.code).toBe('export-stopped')
    expect(asked).toBe(4)
    expect(readdirSync(home)).toEqual(['a.forager'])
  })

  test('takes what people kept, and says what they left out', async () => {
    const home = temporaryFolder()
    const path = join(home, 'a.forager')
    recordRandom(path, { kind: 'arm', seed: 5, episodes: 5, longest: 30 })
    const steps = contentOf(path).episodes.map((episode) => episode.steps)
    await curateDataset(path, { kind: 'exclude', episodes: [2] }, 'somebody')
    await curateDataset(path, { kind: 'trim', episodes: [3], value: { from: 1, to: steps[2]! - 1 } }, 'somebody')
    const kept = steps.reduce((sum, each) => sum + each, 0) - steps[1]! - 2
    const plan = planExport({ path, format, actions: 'policy' })
    expect(plan).toMatchObject({ episodes: 4, transitions: kept })
    expect(plan.losses[0]).toBe(
      `${steps[1]! + 2} transitions that somebody excluded or cut off, 1 whole episodes among them.`,
    )
    const report = await exported(path, format, join(home, name))
    expect(report).toMatchObject({ episodes: 4, transitions: kept, losses: plan.losses })
  })

  test('never overwrites, and makes no folder', async () => {
    const home = temporaryFolder()
    const path = join(home, 'a.forager')
    recordRandom(path, { kind: 'arm', seed: 6, episodes: 1, longest: 5 })
    writeFileSync(join(home, name), 'mine')
    expect((await refused(exported(path, format, join(home, name)))).code).toBe('target-exists')
    expect((await refused(exported(path, format, join(home, 'none', name)))).code).toBe('folder-missing')
    expect(existsSync(join(home, 'none'))).toBe(false)
  })
})

test('a view of two datasets is exported as one, its episodes counted through', async () => {
  const home = temporaryFolder()
  const paths = ['a.forager', 'b.forager'].map((name) => join(home, name))
  for (const [i, path] of paths.entries()) recordRandom(path, { kind: 'arm', seed: 12 + i, episodes: 3, longest: 10 })
  const both = paths.flatMap((path) => contentOf(path).episodes)
  const view = join(home, 'v.forager-view')
  writeView(view, newView(view, paths, viewRulesSchema.parse({}), ''))
  const out = join(home, 'v.hdf5')
  const transitions = both.reduce((sum, { steps }) => sum + steps, 0)
  expect(await exported(view, 'd4rl', out)).toMatchObject({ episodes: 6, transitions })
  await imported(out, join(home, 'c.forager'))
  const { sheet: joined, episodes } = contentOf(join(home, 'c.forager'))
  expect(episodes.map(({ episode }) => episode)).toEqual([1, 2, 3, 4, 5, 6])
  expect(episodes.map(({ observations }) => observations)).toEqual(both.map(({ observations }) => observations))
  expect(joined.notes).toMatch(/^Joined of a \(arm 12\), a \(arm 13\)\.$/)
})

test('an empty dataset, an unknown format and a name that the format cannot have are refused', async () => {
  const home = temporaryFolder()
  const path = join(home, 'a.forager')
  openRecording({ path, sheet: sheet(), box: BOX }).close()
  expect((await refused(exported(path, 'd4rl', join(home, 'a.hdf5')))).code).toBe('dataset-empty')
  expect((await refused(exported(path, 'pickle', join(home, 'a.pkl')))).code).toBe('format-unknown')
  expect((await refused(exported(path, 'minari', join(home, 'a')))).code).toBe('name-unsuitable')
  expect((await refused(exported(join(home, 'none'), 'd4rl', join(home, 'a.hdf5')))).code).toBe('dataset-missing')
  expect(readdirSync(home)).toEqual(['a.forager'])
})

test('what a killed export left does not stop the next one', async () => {
  const home = temporaryFolder()
  const path = join(home, 'a.forager')
  recordRandom(path, { kind: 'arm', seed: 7, episodes: 2, longest: 5 })
  mkdirSync(join(home, 'a.hdf5.partial'))
  writeFileSync(join(home, 'a.hdf5.partial', 'half'), 'x')
  await exported(path, 'd4rl', join(home, 'a.hdf5'))
  expect(readdirSync(home).sort()).toEqual(['a.forager', 'a.hdf5'])
})

describe('in a process of its own', () => {
  const processes = new ExchangeProcesses(forkProcess)

  test('an export and an import tell how far they are, and give what they give here', async () => {
    const home = temporaryFolder()
    const [path, out, back] = [join(home, 'a.forager'), join(home, 'a.hdf5'), join(home, 'b.forager')]
    recordRandom(path, { kind: 'skills', seed: 8, episodes: 20, longest: 40 })
    const told: ExchangeProgress[] = []
    const seams = {
      progress: (progress: ExchangeProgress) => told.push(progress),
      signal: new AbortController().signal,
    }
    const report = await processes.export({ path, format: 'd4rl', out, actions: 'policy' }, seams)
    expect(told.at(-1)).toEqual({ done: report.transitions, of: report.transitions, etaS: 0 })
    const order = { path: out, out: back, format: null, world: null, stepPeriodS: null, stepsPerEpisode: null }
    const taken = await processes.import(order, seams)
    expect(told.at(-1)).toEqual({ done: taken.transitions, of: taken.transitions, etaS: 0 })
    expect(contentOf(back)).toEqual(contentOf(path))
    expect((await refused(processes.import(order, seams))).code).toBe('target-exists')
  })

  test('one whose process dies is refused with the reason, and nothing of it stays', async () => {
    const home = temporaryFolder()
    const [path, out] = [join(home, 'a.forager'), join(home, 'a.hdf5')]
    recordRandom(path, { kind: 'arm', seed: 9, episodes: 200, longest: 40 })
    const order = { path, format: 'd4rl', out, actions: 'policy' as const }
    const seams = { progress: () => undefined, signal: new AbortController().signal }
    // Less memory than Node itself needs for the work: the end of a process that cannot be caught inside it.
    const small = new ExchangeProcesses((entry) => forkProcess(entry, 8))
    const problem = await refused(small.export(order, seams))
    expect(problem.code).toBe('exchange-failed')
    expect(problem.message).toContain('it needed more memory than it may take')
    expect(readdirSync(home)).toEqual(['a.forager'])
  })

  test('one that is cancelled before it began writes nothing', async () => {
    const home = temporaryFolder()
    const [path, out] = [join(home, 'a.forager'), join(home, 'a-v0')]
    recordRandom(path, { kind: 'arm', seed: 9, episodes: 200, longest: 40 })
    const order = { path, format: 'minari', out, actions: 'policy' as const }
    const seams = { progress: () => undefined, signal: AbortSignal.abort() }
    expect((await refused(processes.export(order, seams))).code).toMatch(/export-stopped|exchange-failed/)
    expect(readdirSync(home)).toEqual(['a.forager'])
  })
})

test('nobody can record into what was imported', async () => {
  const home = temporaryFolder()
  const [path, out, back] = [join(home, 'a.forager'), join(home, 'a.hdf5'), join(home, 'b.forager')]
  recordRandom(path, { kind: 'arm', seed: 10, episodes: 2, longest: 5 })
  await exported(path, 'd4rl', out)
  await imported(out, back)
  const of = contentOf(back).sheet
  expect(() => openRecording({ path: back, sheet: { ...of, target: 1000 }, box: BOX })).toThrow(/imported from a.hdf5/)
})
