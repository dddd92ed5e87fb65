import { expect, test } from 'vitest'
import type { DatasetSummary } from '../../../src/contract/dataset.ts'
import { matchesSearch, orderDatasets } from '../../../src/renderer/dataset/dataset-order.ts'

const dataset = (name: string, part: Partial<DatasetSummary> = {}): DatasetSummary =>
  ({
    name,
    world: 'panda',
    explorer: 'random',
    state: 'ready',
    transitions: 1,
    leftOutTransitions: 0,
    tags: [],
    ...part,
  }) as DatasetSummary

const label = (explorer: string): string => (explorer === 'gep' ? 'Goal exploration' : explorer)

const ALL = [
  dataset('run-10', { state: 'unfinished', transitions: 9 }),
  dataset('run-9', { world: 'Hopper-v1', explorer: 'gep' }),
  dataset('Box', { state: 'damaged', tags: ['demo'] }),
]
const names = (order: Parameters<typeof orderDatasets>[1]): string[] =>
  orderDatasets(ALL, order, label).map(({ name }) => name)

test('the list is ordered by what a person looks for', () => {
  expect(names('newest')).toEqual(['run-10', 'run-9', 'Box'])
  expect(names('name')).toEqual(['Box', 'run-9', 'run-10'])
  expect(names('world')).toEqual(['run-9', 'run-10', 'Box'])
  expect(names('explorer')).toEqual(['run-9', 'run-10', 'Box'])
  expect(names('health')).toEqual(['Box', 'run-10', 'run-9'])
  expect(names('size')).toEqual(['run-10', 'run-9', 'Box'])
})

test('words find name, world, explorer, state and tags, all of them at once', () => {
  const found = (search: string): string[] =>
    ALL.filter((each) => matchesSearch(each, search, label)).map(({ name }) => name)
  expect(found('run')).toEqual(['run-10', 'run-9'])
  expect(found('hopper')).toEqual(['run-9'])
  expect(found('damaged demo')).toEqual(['Box'])
  expect(found('not finished')).toEqual(['run-10'])
  expect(found('goal')).toEqual(['run-9'])
  expect(found('demo run')).toEqual([])
})
