import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { refusal } from '../../contract/problem.ts'
import { syncFolder } from '../platform/new-path.ts'

/**
 * Writes `content` so that a power cut leaves either the old file or the new one, never a torn one:
 * a file beside it is written, forced to disk and renamed over `path`, then the folder entry is forced too.
 * Refuses with `disk-full` or `not-writable`; the old file is then untouched.
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
    throw writeProblem(path, error)
  }
  syncFolder(dirname(path))
}

/** What the disk said while `path` was written, for a person; errors of other kinds pass unchanged. */
export function writeProblem(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return refusal(
      'disk-full',
      `The disk is full: ${path} could not be written. What was there before is unchanged.`,
      'Make room on the disk, then go on.',
      String(error),
    )
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return refusal(
      'not-writable',
      `${path} may not be written by this user. What was there before is unchanged.`,
      'Give this user the right to write there, or choose another folder.',
      String(error),
    )
  return error
}
