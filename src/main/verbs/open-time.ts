import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { WORST_FIRST } from '../../contract/dataset.ts'
import { DatasetReader } from '../dataset/dataset-reader.ts'
import { inBenchFolder, writeArmDataset } from './bench-dataset.ts'
import { msOf } from './ms-of.ts'

const EPISODES = 10_000
const STEPS = 100
/** Rows that a window shows at first. */
const PAGE = 100
/** Each is done so often and the best counts: other programs can only slow it down. */
const REPEATS = 5

/**
 * Time from nothing to the first page of episodes, worst first, of a dataset of a million transitions, ms. And of reading
 * the pages of the file that hold its list of episodes, one after another, and doing nothing with them.
 */
export function openTime(): Promise<{ open: number; read: number }> {
  return inBenchFolder((folder) => {
    const path = join(folder, 'bench.forager')
    writeArmDataset(path, EPISODES, STEPS)
    const pages = pagesOfList(path)
    let [open, read] = [Infinity, Infinity]
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      read = Math.min(
        read,
        msOf(() => readPages(path, pages)),
      )
      open = Math.min(
        open,
        msOf(() => firstPage(path)),
      )
    }
    return { open, read }
  })
}

function firstPage(path: string): void {
  const reader = new DatasetReader(path)
  reader.detail()
  reader.episodes({ sort: WORST_FIRST, offset: 0, limit: PAGE })
  reader.close()
}

interface Pages {
  size: number
  numbers: number[]
}

/** Pages of the table of episodes without their signals, in the order of the file. */
function pagesOfList(path: string): Pages {
  const db = new Database(path, { readonly: true })
  try {
    const size = db.pragma('page_size', { simple: true }) as number
    const numbers = db.prepare<[], number>("SELECT pageno FROM dbstat WHERE name = 'episode' ORDER BY pageno").pluck()
    return { size, numbers: numbers.all() }
  } finally {
    db.close()
  }
}

function readPages(path: string, { size, numbers }: Pages): void {
  const file = openSync(path, 'r')
  const page = Buffer.alloc(size)
  for (const number of numbers) readSync(file, page, 0, size, (number - 1) * size)
  closeSync(file)
}
