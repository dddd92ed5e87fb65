import { closeSync, existsSync, fsyncSync, lstatSync, openSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { refusal } from '../../contract/problem.ts'

/** Refuses a path where something is already: nothing is ever overwritten. */
export function refuseExisting(path: string): void {
  if (!existsSync(path)) return
  throw refusal(
    'target-exists',
    `There is something at ${path} already. Nothing was written.`,
    'Name a path that does not exist yet.',
  )
}

/** What is written before it is whole lies here, and is then renamed. */
export const partialOf = (path: string): string => `${path}.partial`

/** Forces a file, or a folder with everything in it, to disk. */
export function syncTree(path: string): void {
  if (lstatSync(path).isDirectory()) {
    for (const name of readdirSync(path)) syncTree(join(path, name))
    return syncFolder(path)
  }
  const handle = openSync(path, 'r+')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Forces a folder's entries to disk. Windows cannot open folders and needs no such call. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Bytes of a file, or of all files in a folder. */
export function bytesIn(path: string): number {
  const stat = lstatSync(path)
  if (!stat.isDirectory()) return stat.size
  return readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0)
}
