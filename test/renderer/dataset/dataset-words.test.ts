import { expect, test } from 'vitest'
import type { DatasetSummary } from '../../../src/contract/dataset.ts'
import { armOfSheet, datasetWord, endMark, leftOutText, madeBy } from '../../../src/renderer/dataset/dataset-words.ts'

const label = (explorer: string): string => explorer
const summary = (part: Partial<DatasetSummary>): DatasetSummary =>
  ({ state: 'ready', leftOutTransitions: 0, ...part }) as DatasetSummary

test('a finished run stays ready whatever is left out of it', () => {
  const curated = summary({ leftOutTransitions: 1103 })
  expect([datasetWord(curated).word, leftOutText(curated)]).toEqual(['Ready', '1,103 left out'])
  expect(leftOutText(summary({}))).toBe('')
})

test('data of a simulated arm are told from those of a real one, where the file says', () => {
  const made = { explorer: 'random', world: 'panda-fci' }
  expect(madeBy(made, label)).toBe('random')
  expect(madeBy({ ...made, robotSimulated: false }, label)).toBe('random')
  expect(madeBy({ ...made, robotSimulated: true }, label)).toBe('random · simulated')
  expect(madeBy({ explorer: 'random', world: 'panda' }, label)).toBe('random · sim')
  expect(armOfSheet({ robot: '127.0.0.1:37231', robotSimulated: true })).toBe('simulated arm')
  expect(armOfSheet({ robot: '172.16.0.2:1337', robotSimulated: false })).toBe('172.16.0.2:1337')
})

test('an episode that the target cut has no mark of something wrong', () => {
  expect(endMark('reset-interrupted')).toBeUndefined()
  expect(endMark('safety-limit')).toBe('warn')
  expect(endMark('reflex')).toBe('bad')
})
