import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { ProblemError, refusal } from '../../contract/problem.ts'
import { terminalCommand } from '../../contract/terminal-command.ts'
import { bytesText, freeBytes } from '../platform/disk.ts'
import { damagedTip } from './damaged-tip.ts'

/** Primary code of an error that SQLite raised, e.g. `SQLITE_FULL`; null for anything else. */
function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null
  return error.code.startsWith('SQLITE_') ? error.code.split('_').slice(0, 2).join('_') : null
}

/** An error met while using the dataset at `path`, as a problem for a person; errors of other kinds pass unchanged. */
export function datasetProblem(error: unknown, path: string): unknown {
  const code = sqliteCode(error)
  if (error instanceof ProblemError || code === null) return error
  const details = `${(error as { code: string }).code}: ${(error as Error).message}`
  switch (code) {
    case 'SQLITE_FULL':
      return refusal(
        'disk-full',
        `The disk of ${path} is full${freeText(path)}. Everything committed before is safe.`,
        'Free space on that disk, then continue the dataset.',
        details,
      )
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
      return refusal(
        'dataset-in-use',
        `Another program is using ${path}. Nothing is changed.`,
        'Wait until it has finished, or close it.',
        details,
      )
    case 'SQLITE_READONLY':
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_PERM':
      return refusal(
        'dataset-read-only',
        `${path} or its folder cannot be written or opened by this user. Nothing is changed.`,
        'Give this user the right to write there, or choose another folder.',
        details,
      )
    case 'SQLITE_IOERR':
      if (hasBecomeReadOnly(path)) return readOnlyDisk(path, details)
      return refusal(
        'disk-error',
        `The disk reports an error on ${path}. Everything committed before is safe.`,
        `Check the disk and its cable, then run: ${terminalCommand('check', path)}`,
        details,
      )
    default:
      return refusal(
        'dataset-damaged',
        `${path} cannot be read: ${(error as Error).message}. Forager has not changed it.`,
        damagedTip(path),
        details,
      )
  }
}

/** `: 12 kB free`, or nothing where that cannot be found out. */
function freeText(path: string): string {
  try {
    return `: ${bytesText(freeBytes(dirname(path)))} free`
  } catch {
    return ''
  }
}

function hasBecomeReadOnly(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS'
  }
}

function readOnlyDisk(path: string, details: string): ProblemError {
  return refusal(
    'disk-read-only',
    `The disk of ${path} has become read-only; the system does that after an error of the disk. Everything committed before is safe.`,
    'Check the disk and its cable, make it writable again, then continue the dataset.',
    details,
  )
}

/**
 * An error met while recording, with what it costs. `lost`: steps that were not committed yet. Errors of other kinds pass
 * unchanged.
 */
export function recordingProblem(error: unknown, path: string, lost: number): unknown {
  const problem = datasetProblem(error, path)
  if (!(problem instanceof ProblemError)) return problem
  const { code, message, tip, details } = problem.problem
  const cost = lost === 0 ? 'No step is lost.' : `${lost} newer step${lost === 1 ? ' is' : 's are'} lost.`
  return refusal(code, `${message} ${cost}`, tip, details)
}

/** Runs `work` on the dataset at `path`; what SQLite throws becomes a refusal. */
export function withDatasetProblems<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw datasetProblem(error, path)
  }
}
