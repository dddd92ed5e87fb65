import { existsSync, renameSync } from 'node:fs'

/**
 * Renames a file of the station that cannot be read, so that nothing is ever written over it. Returns what to tell a
 * person; `instead` says what the station goes on with.
 */
export function setAside(path: string, instead: string): string {
  const kept = `${path}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`
  // A database and its log belong together.
  for (const suffix of ['', '-wal', '-shm', '-journal'])
    if (existsSync(path + suffix)) renameSync(path + suffix, kept + suffix)
  return `${path} could not be read and is kept as ${kept}; ${instead}`
}
