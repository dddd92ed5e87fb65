import { join } from 'node:path'
import { IN_ORDER } from '../../contract/dataset.ts'
import { DatasetReader } from '../dataset/dataset-reader.ts'
import { inBenchFolder, writeArmDataset } from './bench-dataset.ts'
import { msOf } from './ms-of.ts'

const EPISODES = 100_000
/** Rows that a window shows. */
const PAGE = 100
const REPEATS = 5

/**
 * Time to show a list of 100,000 episodes in another order, ms: its first page, newest first, as after a click on the head of a
 * column. And of sorting as many numbers with their indices and doing nothing else.
 */
export function sortTime(): Promise<{ sorted: number; least: number }> {
  return inBenchFolder((folder) => {
    const path = join(folder, 'bench.forager')
    writeArmDataset(path, EPISODES, 1)
    let [sorted, least] = [Infinity, Infinity]
    const values = Float64Array.from({ length: EPISODES }, (_, i) => (i * 7919) % 1_000_003)
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const reader = new DatasetReader(path)
      reader.episodes({ sort: IN_ORDER, offset: 0, limit: PAGE })
      sorted = Math.min(
        sorted,
        msOf(() => reader.episodes({ sort: NEWEST_FIRST, offset: 0, limit: PAGE })),
      )
      reader.close()
      least = Math.min(
        least,
        msOf(() => Uint32Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b)),
      )
    }
    return { sorted, least }
  })
}

const NEWEST_FIRST = { by: 'startedAt', descending: true } as const
