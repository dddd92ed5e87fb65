import { ProblemError, refusal } from '../../contract/problem.ts'

/** Primary code of an error that SQLite raised, e.g. `SQLITE_FULL`; null for anything else. */
function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null
  return error.code.startsWith('SQLITE_') ? error.code.split('_').slice(0, 2).join('_') : null
}

/** An error met while using the dataset at `path`, as a problem for a person; errors of other kinds pass unchanged. */
export function datasetProblem(error: unknown, path: string): unknown {
  const code = sqliteCode(error)
  if (error instanceof ProblemError || code === null) return error
  const details = (error as Error).message
  switch (code) {
    case 'SQLITE_FULL':
      return refusal(
        'disk-full',
        `The disk of ${path} is full. Everything committed before is safe; the step being written is not.`,
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
      return refusal(
        'disk-error',
        `The disk reports an error on ${path}. Everything committed before is safe.`,
        'Check the disk and its cable, then run: forager check FILE.',
        details,
      )
    default:
      return refusal(
        'dataset-damaged',
        `${path} cannot be read: ${details}. Forager has not changed it.`,
        'Run: forager check FILE. It lists what is intact.',
        details,
      )
  }
}

/** Runs `work` on the dataset at `path`; what SQLite throws becomes a refusal. */
export function withDatasetProblems<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw datasetProblem(error, path)
  }
}
