import { renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { EndReason, RunSheet } from '../../../src/contract/dataset.ts'
import { ProblemError } from '../../../src/contract/problem.ts'
import { viewRulesSchema } from '../../../src/contract/view.ts'
import { countView } from '../../../src/main/dataset/curation/count-view.ts'
import { curateDataset } from '../../../src/main/dataset/curation/curate-dataset.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { newView, readView, writeView } from '../../../src/main/dataset/curation/view-file.ts'
import { placeOf } from '../../../src/main/dataset/curation/view-rules.ts'
import { loadReplay } from '../../../src/main/learner/load-replay.ts'
import type { LoadedReplay } from '../../../src/main/learner/load-replay.ts'
import { refuseOtherTraining } from '../../../src/main/learner/resume-check.ts'
import { stepRow } from '../../../src/main/world/step-row.ts'
import { BOX, STEP_LIMIT, fillRow, sheet, temporaryFolder } from '../dataset/synthetic.ts'

const TASK = { kind: 'reach' as const, goal: [0.4, 0.2, 0.5] as [number, number, number] }

interface Wanted {
  /** Which motion; the same number gives the same rows. */
  motion: number
  from: number
  to: number
  reason: EndReason
}

const ALL: Wanted[] = [
  { motion: 1, from: 0, to: 20, reason: 'safety-limit' },
  { motion: 2, from: 0, to: 30, reason: 'terminal' },
  { motion: 3, from: 0, to: 40, reason: 'terminal' },
  { motion: 4, from: 0, to: 25, reason: 'operator-stop' },
]

/** A dataset with steps (from, to] of each motion. */
function record(
  name: string,
  episodes: readonly Wanted[],
  changes: Partial<RunSheet> = {},
  folder = temporaryFolder(),
) {
  const path = join(folder, `${name}.forager`)
  const recorder = openRecording({ path, sheet: sheet({ id: name, name, ...changes }), box: BOX })
  const row = stepRow(14, 7)
  for (const { motion, from, to, reason } of episodes) {
    for (let t = from; t <= to; t++) {
      fillRow(row, motion, t)
      if (t === from) recorder.beginEpisode(row)
      else recorder.append(row)
    }
    recorder.endEpisode({ ...STEP_LIMIT, reason }, new Uint8Array(0))
  }
  recorder.close()
  return path
}

const seams = { loaded: () => undefined, stopRequested: () => false }

async function load(...paths: string[]): Promise<LoadedReplay> {
  return (await loadReplay(paths, TASK, seams))!
}

/** Every transition, in an order that depends on nothing but their number. */
const everything = ({ replay }: LoadedReplay) =>
  replay.draw({ batch: replay.size, batches: 1, seed: 5, withoutReplacement: true, episodeEndsTerminal: false })

async function problemOf(work: () => unknown): Promise<{ code: string; message: string }> {
  try {
    await work()
  } catch (error) {
    if (error instanceof ProblemError) return error.problem
    throw error
  }
  throw new Error('nothing was refused')
}

test('kept data train exactly as a dataset that was recorded without the rest', async () => {
  const curated = record('a', ALL)
  await curateDataset(curated, { kind: 'exclude', episodes: [1] }, '')
  await curateDataset(curated, { kind: 'trim', episodes: [3], value: { from: 4, to: 31 } }, '')
  await curateDataset(curated, { kind: 'trim', episodes: [2], value: { from: 7, to: 30 } }, '')
  const plain = record('b', [
    { motion: 2, from: 7, to: 30, reason: 'terminal' },
    { motion: 3, from: 4, to: 31, reason: 'operator-stop' },
    { motion: 4, from: 0, to: 25, reason: 'operator-stop' },
  ])
  const [a, b] = [await load(curated), await load(plain)]
  expect(a.replay.size).toBe(23 + 27 + 25)
  expect(everything(a)).toEqual(everything(b))
  expect([...everything(a).terminal].filter((flag) => flag === 1).length).toBe(1)
  expect(a.origins[0]).toMatchObject({ transitions: 75, curation: expect.stringMatching(/^[0-9a-f]{64}$/) as string })
  expect(b.origins[0]).not.toHaveProperty('curation')
})

test('a training is resumed with the same episodes kept only', async () => {
  const path = record('a', ALL)
  const { origins: before } = await load(path)
  await curateDataset(path, { kind: 'exclude', episodes: [1] }, '')
  const { origins: after } = await load(path)
  expect(before[0].hash).toBe(after[0].hash)
  const order = { folder: 'p', task: TASK, learner: 'td3', mode: 'paper', seed: 1, settings: {} } as never
  const resumed = { task: TASK, learner: 'td3', mode: 'paper', seed: 1, settings: {}, dataset: before[0] } as never
  expect(() => refuseOtherTraining(order, resumed, before)).not.toThrow()
  expect((await problemOf(() => refuseOtherTraining(order, resumed, after))).code).toBe('dataset-changed')
  await curateDataset(path, { kind: 'undo-last' }, '')
  expect((await load(path)).origins).toEqual(before)
})

test('a dataset of which nothing is kept is refused in words', async () => {
  const path = record('a', ALL)
  await curateDataset(path, { kind: 'exclude', episodes: [1, 2, 3, 4] }, '')
  expect((await problemOf(() => load(path))).code).toBe('nothing-kept')
})

const rules = (changes: object = {}) => viewRulesSchema.parse(changes)

function twoAndView(changes: object = {}): { a: string; b: string; view: string } {
  const folder = temporaryFolder()
  const a = record('a', ALL, {}, folder)
  const b = record(
    'b',
    [...ALL, ...ALL].map((each, i) => ({ ...each, motion: 10 + i })),
    {},
    folder,
  )
  const view = join(folder, 'v.forager-view')
  writeView(view, newView(view, [a, b], rules(changes), 'M. Osei'))
  return { a, b, view }
}

test('a view gives what its rules take of each source, by reference', async () => {
  const { a, b, view } = twoAndView({ endReasons: ['terminal'], minSteps: 31 })
  expect(countView(view, readView(view))).toMatchObject({
    episodes: 3,
    transitions: 120,
    endReasons: { terminal: 3 },
    sources: [
      { id: 'a', episodes: 1, ofEpisodes: 4 },
      { id: 'b', episodes: 2, ofEpisodes: 8 },
    ],
    problem: null,
  })
  const loaded = await load(view)
  expect(loaded.origins.map(({ id, transitions }) => [id, transitions])).toEqual([
    ['a', 40],
    ['b', 80],
  ])
  // A curated source changes the view; nothing was copied.
  await curateDataset(b, { kind: 'exclude', episodes: [3] }, '')
  expect((await load(view)).replay.size).toBe(80)
  expect((await load(a)).replay.size).toBe(115)
})

test('tags split a dataset, of the episode or of the whole', async () => {
  const { a, b, view } = twoAndView({ tags: ['test'] })
  expect(countView(view, readView(view)).episodes).toBe(0)
  await curateDataset(a, { kind: 'tag', episodes: [2, 4], value: 'test' }, '')
  expect(countView(view, readView(view)).episodes).toBe(2)
  await curateDataset(b, { kind: 'tag-dataset', value: 'test' }, '')
  expect(countView(view, readView(view)).episodes).toBe(10)
  const rest = { ...readView(view), rules: rules({ withoutTags: ['test'] }) }
  expect(countView(view, rest).episodes).toBe(2)
})

test('shares part the episodes without rest or overlap, and neither exclusion nor growth moves one', async () => {
  const { a, view } = twoAndView()
  const share = (from: number, to: number, seed = 3) =>
    countView(view, { ...readView(view), rules: rules({ split: { seed, from, to } }) })
  const [train, rest] = [share(0, 0.6), share(0.6, 1)]
  expect(train.episodes + rest.episodes).toBe(12)
  expect(train.transitions + rest.transitions).toBe(345)
  const inTrain = (episode: number) => placeOf(3, 'a', episode) < 0.6
  await curateDataset(a, { kind: 'exclude', episodes: [1] }, '')
  expect(share(0, 0.6).sources[0]!.episodes).toBe([2, 3, 4].filter(inTrain).length)
  // Even over many: 4 standard deviations of a binomial with 2000 draws.
  const drawn = Array.from({ length: 2000 }, (_, i) => placeOf(7, 'x', i)).filter((place) => place < 0.25).length
  expect(Math.abs(drawn - 500)).toBeLessThan(4 * Math.sqrt(2000 * 0.25 * 0.75))
})

test('missing, replaced and unfitting sources are named; a renamed one is found', async () => {
  const { a, b, view } = twoAndView()
  renameSync(a, join(dirname(a), 'renamed.forager'))
  expect(countView(view, readView(view))).toMatchObject({ problem: null, episodes: 12 })
  rmSync(join(dirname(a), 'renamed.forager'))
  expect((await problemOf(() => load(view))).message).toContain('a: there is no file')
  record('a', ALL, { id: 'other' }, dirname(a))
  rmSync(b)
  const { code, message } = await problemOf(() => load(view))
  expect(code).toBe('view-source-missing')
  expect(message).toMatch(/a: another dataset lies at .*b: there is no file/)
  expect(countView(view, readView(view))).toMatchObject({ episodes: 0, problem: { code: 'view-source-missing' } })
})

test('sources that differ are refused with every difference, and a view is never overwritten', async () => {
  const folder = temporaryFolder()
  const a = record('a', ALL, {}, folder)
  const b = record('b', ALL, { stepPeriodS: 0.1, worldOptions: { inertia: 'exact' } }, folder)
  const path = join(folder, 'v.forager-view')
  const made = newView(path, [a, b], rules(), '')
  const { problem } = countView(path, made)
  expect(problem?.code).toBe('datasets-differ')
  expect(problem?.message).toMatch(/options of the world.*step period/)
  writeView(path, made)
  expect((await problemOf(() => writeView(path, made))).code).toBe('view-exists')
  expect((await problemOf(() => readView(a))).code).toBe('not-a-view')
})
