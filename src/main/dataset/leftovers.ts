import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A file or folder that an interrupted work has left beside a dataset. It holds no data of the dataset. */
export interface Leftover {
  path: string
  bytes: number
}

/** What is written just now changes: left over is what has not for so long, ms. */
const UNTOUCHED_MS = 60_000

/**
 * Unfinished files beside the dataset at `path`: of creations, exports and other files that are written under a name
 * with `.partial` and renamed at their end.
 */
export function leftoversOf(path: string): Leftover[] {
  const folder = dirname(path)
  return readdirSync(folder)
    .filter((name) => /\.partial(-journal)?$/.test(name))
    .map((name) => join(folder, name))
    .filter((each) => Date.now() - (statSync(each, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > UNTOUCHED_MS)
    .map((each) => ({ path: each, bytes: sizeOf(each) }))
}

function sizeOf(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat?.isDirectory()) return stat?.size ?? 0
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}
