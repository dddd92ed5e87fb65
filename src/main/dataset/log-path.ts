import { realpathSync } from 'node:fs'

/** The write-ahead log of the dataset at `path`: beside the file itself, also where `path` is a symbolic link to it. */
export function logPath(path: string): string {
  try {
    return `${realpathSync(path)}-wal`
  } catch {
    // No file, no log: whoever opens it says why.
    return `${path}-wal`
  }
}
