import { join } from 'node:path'
import { expect, test } from 'vitest'
import { curateDataset } from '../../../src/main/dataset/curation/curate-dataset.ts'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { Session } from '../../../src/main/session/session.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { order } from './order.ts'

test('the target counts kept transitions: a continued run records again what was left out, with new numbers', async () => {
  const path = join(temporaryFolder(), 'a.forager')
  const run = order({ path, target: 300, stepsPerEpisode: 60 })
  expect((await (await Session.start(run)).ended).progress).toMatchObject({ transitions: 300, resumedFrom: 0 })
  const summary = (): unknown => {
    const reader = new DatasetReader(path)
    try {
      const { episodes, transitions, excludedEpisodes, leftOutTransitions, state } = reader.detail().summary
      return { episodes, transitions, excludedEpisodes, leftOutTransitions, state }
    } finally {
      reader.close()
    }
  }
  const lengths = (): { episode: number; steps: number }[] => {
    const reader = new DatasetReader(path)
    try {
      return reader.episodeLengths()
    } finally {
      reader.close()
    }
  }
  const before = lengths()
  const [first] = before
  await curateDataset(path, { kind: 'exclude', episodes: [1] }, '')
  expect(summary()).toMatchObject({ transitions: 300 - first!.steps, state: 'ready' })
  const { progress } = await (await Session.start(run)).ended
  expect(progress).toMatchObject({ transitions: 300, resumedFrom: 300 - first!.steps, target: 300 })
  expect(summary()).toMatchObject({ transitions: 300, leftOutTransitions: first!.steps, state: 'ready' })
  expect(lengths().slice(0, before.length)).toEqual(before)
})
