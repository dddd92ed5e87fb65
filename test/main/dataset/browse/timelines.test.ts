import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { unpackFloat32, unpackUint32 } from '../../../../src/contract/packed.ts'
import { TILE_BUCKETS } from '../../../../src/contract/timeline.ts'
import { DatasetReader } from '../../../../src/main/dataset/dataset-reader.ts'
import { openRecording } from '../../../../src/main/dataset/dataset-recorder.ts'
import { ReaderService } from '../../../../src/main/dataset/reader-service.ts'
import { BOX, STEP_LIMIT, recordEpisode, sheet, temporaryFolder } from '../synthetic.ts'

const watch = { signal: new AbortController().signal, progress: () => undefined }
const LENGTHS = [...Array.from({ length: 60 }, (_, i) => 200 + ((i * 37) % 611)), 5, 1, 3]

async function opened(): Promise<{ service: ReaderService; id: string; path: string }> {
  const home = temporaryFolder()
  const service = new ReaderService(home)
  onTestFinished(() => service.close())
  const path = join(home, 'datasets', 'a.forager')
  const recorder = openRecording({ path, sheet: sheet({ stepsPerEpisode: 1000 }), box: BOX })
  for (const steps of LENGTHS) recordEpisode(recorder, steps, STEP_LIMIT)
  recorder.close()
  return { service, id: service.list()[0]!.id, path }
}

test('every bucket of every level holds the least and largest of its steps, and their flags', async () => {
  const { service, id, path } = await opened()
  const timeline = (await service.timeline(id, watch))!
  const reader = new DatasetReader(path)
  const sent: number[] = []
  const flags: number[] = []
  for (const episode of reader.trainingEpisodes()) {
    for (let t = 0; t < episode.steps; t++) sent.push(episode.sentActions[7 * t + 4]! * 0.5)
    flags.push(...episode.flags)
  }
  reader.close()
  const total = LENGTHS.reduce((sum, steps) => sum + steps, 0)
  expect(timeline).toMatchObject({ transitions: total, levels: 3 })
  expect(timeline.channels.map(({ name }) => name)).toEqual([
    'dq1',
    'dq2',
    'dq3',
    'dq4',
    'dq5',
    'dq6',
    'dq7',
    'tool tip',
  ])
  expect(timeline.channels[4]!.min).toBeCloseTo(Math.min(...sent), 6)
  expect([...unpackUint32(timeline.starts)].slice(0, 3)).toEqual([0, LENGTHS[0], LENGTHS[0]! + LENGTHS[1]!])
  const wrong: string[] = []
  for (let level = 0; level <= timeline.levels; level++) {
    const bucket = 4 ** level
    let seen = 0
    for (let index = 0; index * TILE_BUCKETS * bucket < total; index++) {
      const tile = service.timelineTile(id, level, index)
      const ranges = unpackFloat32(tile.ranges)
      const bits = unpackUint32(tile.flags)
      for (let i = 0; i < tile.count; i++, seen++) {
        const [from, to] = [seen * bucket, (seen + 1) * bucket]
        const of = sent.slice(from, to)
        const low = Math.abs(ranges[2 * (8 * i + 4)]! - Math.min(...of))
        const high = Math.abs(ranges[2 * (8 * i + 4) + 1]! - Math.max(...of))
        const all = flags.slice(from, to).reduce((any, flag) => any | flag, 0)
        if (low > 1e-6 || high > 1e-6 || bits[i] !== all) wrong.push(`level ${level}, bucket ${seen}`)
      }
    }
    expect(seen).toBe(Math.ceil(total / bucket))
  }
  expect(wrong).toEqual([])
})

test('a tile beyond the end is empty, and one of a dataset that is not open is refused', async () => {
  const { service, id } = await opened()
  expect(() => service.timelineTile(id, 0, 0)).toThrow(/not open/)
  await service.timeline(id, watch)
  expect(service.timelineTile(id, 0, 9999).count).toBe(0)
  expect(service.timelineTile(id, 2, 9999).count).toBe(0)
  const leave = new AbortController()
  leave.abort()
  const { service: other, id: fresh } = await opened()
  expect(await other.timeline(fresh, { ...watch, signal: leave.signal })).toBeNull()
})

test('a task is seen over the dataset before anything is trained', async () => {
  const { service, id } = await opened()
  const preview = service.previewTask({ id, task: { kind: 'expression', expression: 'tip.x' }, episode: 2 })
  expect(preview.episodes).toBe(LENGTHS.length)
  expect(preview.ofEpisodes).toBe(LENGTHS.length)
  expect(preview.reward.counts.reduce((sum, count) => sum + count, 0)).toBe(preview.steps)
  expect(preview.reward.min).toBeGreaterThanOrEqual(0.25)
  expect(preview.reward.max).toBeLessThanOrEqual(0.65 + 1e-6)
  expect(preview.along).toMatchObject({ episode: 2, steps: LENGTHS[1] })
  expect(preview.along.points).toHaveLength(LENGTHS[1]!)
  const broken = service.previewTask({ id, task: { kind: 'expression', expression: 'log(tip.y)' }, episode: null })
  expect(broken.notFinite).toBeGreaterThan(0)
  expect(broken.notFinite + broken.reward.counts.reduce((sum, count) => sum + count, 0)).toBe(broken.steps)
  expect(() => service.previewTask({ id, task: { kind: 'expression', expression: 'tip' }, episode: null })).toThrow(
    /no signal/,
  )
  expect(() => service.previewTask({ id, task: { kind: 'env' }, episode: null })).toThrow(/no reward of its own/)
  expect(service.taskSignals(id).map(({ name, unit }) => `${name} ${unit}`)).toContain('dq3 rad/s')
})
