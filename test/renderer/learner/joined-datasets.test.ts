import { expect, test } from 'vitest'
import type { DatasetSummary } from '../../../src/contract/dataset.ts'
import { joinable } from '../../../src/renderer/learner/joined-datasets.tsx'

const dataset = (id: string, world: string) => ({ id, world }) as DatasetSummary

test('only other datasets of the same world are offered for joining; both arms are one world', () => {
  const all = [dataset('a', 'panda'), dataset('b', 'panda-fci'), dataset('c', 'Hopper-v1'), dataset('d', 'panda')]
  const ids = (first: DatasetSummary | undefined) => joinable(first, all).map(({ id }) => id)
  expect(ids(all[0])).toEqual(['b', 'd'])
  expect(ids(all[1])).toEqual(['a', 'd'])
  expect(ids(all[2])).toEqual([])
  expect(ids(undefined)).toEqual([])
})
