import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * Writes `content` so that a power cut leaves either the old file or the new one, never a torn one:
 * a file beside it is written, forced to disk and renamed over `path`, then the folder entry is forced too.
 * Throws the system's error (disk full, no permission); the old file is then untouched.
 */
export function writeDurably(path: string, content: Uint8Array | string): void {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.partial`)
  try {
    const file = openSync(beside, 'w')
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
  syncFolder(dirname(path))
}

/** Forces a folder's entries to disk. Windows cannot open folders and needs no such call. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
