import { join } from 'node:path'
import { mkdirSync, writeFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { IN_ORDER, StepFlag, episodeSortKeySchema } from '../../../../src/contract/dataset.ts'
import type { EndReason } from '../../../../src/contract/dataset.ts'
import type { Task } from '../../../../src/contract/task.ts'
import { countOf } from '../../../../src/contract/step-flags.ts'
import { DatasetReader } from '../../../../src/main/dataset/dataset-reader.ts'
import { openRecording } from '../../../../src/main/dataset/dataset-recorder.ts'
import { filterEpisodes, sortEpisodes } from '../../../../src/main/dataset/browse/episode-list.ts'
import type { ListedRow } from '../../../../src/main/dataset/browse/episode-list.ts'
import { episodeMeasures } from '../../../../src/main/dataset/browse/episode-measures.ts'
import { MeasureStore } from '../../../../src/main/dataset/browse/measure-store.ts'
import { MeasuredEpisodes } from '../../../../src/main/dataset/browse/measured-episodes.ts'
import { ReaderService } from '../../../../src/main/dataset/reader-service.ts'
import { BOX, STEP_LIMIT, recordEpisode, sheet, temporaryFolder } from '../synthetic.ts'

const GOAL: Task = { kind: 'reach', goal: [0.4, 0.2, 0.5] }
const watch = { signal: new AbortController().signal, progress: () => undefined }

function row(episode: number, changes: Partial<ListedRow> = {}): ListedRow {
  return {
    episode,
    steps: 100,
    endReason: 'step-limit' as EndReason,
    endMessage: '',
    startedAt: 0,
    slowedSteps: 0,
    clippedSteps: 0,
    lateTicks: 0,
    newCells: 0,
    concern: 0,
    outliers: [],
    measures: null,
    taskReturn: null,
    excluded: false,
    kept: null,
    tags: [],
    note: '',
    ...changes,
  }
}

function recorded(home: string, episodes: number): string {
  const path = join(home, 'datasets', 'a.forager')
  mkdirSync(join(home, 'datasets'), { recursive: true })
  const recorder = openRecording({ path, sheet: sheet(), box: BOX })
  for (let i = 0; i < episodes; i++) recordEpisode(recorder, 20 + 7 * ((i * 5) % 11), STEP_LIMIT)
  recorder.close()
  return path
}

test('rows without a value stand last in both directions, equal ones in the order of their numbers', () => {
  const measures = (jerk: number) => ({ jerk, trackingError: null, interventions: [] })
  const rows = [
    row(1),
    row(2, { measures: measures(5) }),
    row(3, { measures: measures(9) }),
    row(4, { measures: measures(5) }),
  ]
  const order = (descending: boolean) => sortEpisodes(rows, { by: 'jerk', descending }).map(({ episode }) => episode)
  expect(order(true)).toEqual([3, 2, 4, 1])
  expect(order(false)).toEqual([2, 4, 3, 1])
})

test('a filter takes an end reason, the excluded ones, a number, and words of end, tags and note', () => {
  const rows = [
    row(1, { endReason: 'reflex', endMessage: 'The arm pushed against something.' }),
    row(11, { excluded: true, tags: ['wobbly'] }),
    row(3, { note: 'Look at the elbow' }),
  ]
  const found = (filter: object) => filterEpisodes(rows, filter).map(({ episode }) => episode)
  expect(found({})).toEqual([1, 11, 3])
  expect(found({ endReason: 'reflex' })).toEqual([1])
  expect(found({ onlyExcluded: true })).toEqual([11])
  expect(found({ search: '1' })).toEqual([1])
  expect(found({ search: 'ELBOW look' })).toEqual([3])
  expect(found({ search: 'wobb' })).toEqual([11])
  expect(found({ search: 'elbow wobbly' })).toEqual([])
})

test('jerk, tracking error and flags of an episode are those of their definitions', () => {
  const shape = {
    observation: [{ name: 'v', unit: 'm/s' }],
    action: [{ name: 'v', unit: 'm/s', scale: 2 }],
    stepPeriodS: 0.1,
  }
  const signals = {
    observations: new Float32Array([0, 2, 3, 2, 5]),
    policyActions: new Float32Array(4),
    sentActions: new Float32Array([1, 2, 1, 2]),
    tooltip: new Float32Array(15),
    tickTimes: new BigInt64Array(5),
    flags: Uint32Array.of(StepFlag.singular, 0, StepFlag.singular | StepFlag.nearWall, 0),
    rewards: new Float32Array(0),
    simulatorStates: new Float64Array(0),
  }
  const { jerk, trackingError, interventions } = episodeMeasures(signals, 4, shape)
  // Second differences of 2, 4, 2, 4 m/s are -4 and 4 m/s per (0.1 s)^2.
  expect(jerk).toBeCloseTo(400, 6)
  // Observed 2, 3, 2, 5 and sent 2, 4, 2, 4.
  expect(trackingError).toBeCloseTo(Math.sqrt(2 / 4), 6)
  expect([
    countOf(interventions, 'singular'),
    countOf(interventions, 'nearWall'),
    countOf(interventions, 'held'),
  ]).toEqual([2, 1, 0])
  expect(episodeMeasures({ ...signals, flags: new Uint32Array(2) }, 2, shape).jerk).toBeNull()
  expect(episodeMeasures(signals, 4, { ...shape, observation: [{ name: 'v', unit: 'rad' }] }).trackingError).toBeNull()
})

test('every column sorts every episode, measured once and kept beside the data', async () => {
  const home = temporaryFolder()
  const service = new ReaderService(home)
  const path = recorded(home, 30)
  const [dataset] = service.list()
  const id = dataset!.id
  const page = (by: Parameters<typeof sortEpisodes>[1]['by'], descending = true) =>
    service.episodes({ id, sort: { by, descending }, offset: 0, limit: 100, task: GOAL }).rows
  expect(page('jerk').every(({ measures }) => measures === null)).toBe(true)
  expect(await service.measure(id, GOAL, watch)).toBe(true)
  const returns = page('taskReturn').map(({ taskReturn }) => taskReturn!)
  expect(returns).toEqual(returns.toSorted((a, b) => b - a))
  expect(page('jerk').map(({ measures }) => measures!.jerk)).toEqual(
    page('jerk', false)
      .map(({ measures }) => measures!.jerk)
      .toReversed(),
  )
  for (const by of episodeSortKeySchema.options)
    expect(new Set(page(by).map(({ episode }) => episode)).size, by).toBe(30)
  const reader = new DatasetReader(path)
  const { tooltip, steps } = reader.trainingEpisode(4)
  let sum = 0
  for (let t = 1; t <= steps; t++)
    sum -= Math.hypot(tooltip[3 * t]! - 0.4, tooltip[3 * t + 1]! - 0.2, tooltip[3 * t + 2]! - 0.5)
  expect(page('episode', false)[3]!.taskReturn).toBeCloseTo(sum, 4)
  reader.close()
  service.close()

  // Another process of the station reads no signal again.
  const again = new ReaderService(home)
  onTestFinished(() => again.close())
  again.list()
  const progress: number[] = []
  await again.measure(id, GOAL, { ...watch, progress: ({ of }) => progress.push(of) })
  expect(progress.every((of) => of === 0)).toBe(true)
  const [first] = again.episodes({ id, sort: IN_ORDER, offset: 0, limit: 1, task: GOAL }).rows
  expect(first?.measures?.jerk).toBeGreaterThan(0)
})

test('measures of other data under the same name are not taken, and a damaged store is made anew', async () => {
  const home = temporaryFolder()
  const path = recorded(home, 3)
  const file = join(home, 'measures.db')
  const store = new MeasureStore(file)
  const lie = { jerk: -1, trackingError: -1, interventions: [] }
  store.keepMeasures('a-dataset', [{ episode: 2, checksum: Buffer.from('of other data'), value: lie }])
  const measured = new MeasuredEpisodes(store)
  await measured.measure(path, null, watch)
  expect(measured.known(path, null).measures.get(2)!.jerk).toBeGreaterThan(0)
  expect(measured.known(path, null)).toBe(measured.known(path, null))
  store.close()
  writeFileSync(
    file,
    'no database at all, and longer than a header of one hundred bytes would be, so that it is read as a file',
  )
  const fresh = new MeasureStore(file)
  expect(fresh.measures('a-dataset')).toEqual([])
  fresh.close()
})
