import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What the disk does to a process; see failing-disk.cc. Numbers of calls count from 1. */
export interface DiskFaults {
  /** Calls are written down here. */
  log?: string
  killAt?: number
  /** Half of the bytes of the last call are written. */
  torn?: boolean
  failFrom?: number
  error?: 'ENOSPC' | 'EIO' | 'EROFS'
  stallAt?: number
  /** What is free after that call. */
  freeBytes?: number
  freeAt?: number
  clockJumpS?: number
}

/** The environment of a process whose files in `folder` lie on that disk. */
export function onFailingDisk(folder: string, faults: DiskFaults): NodeJS.ProcessEnv {
  const { log, killAt, torn, failFrom, error, stallAt, freeBytes, freeAt, clockJumpS } = faults
  const said = {
    FAILING_DISK: folder,
    FAILING_DISK_LOG: log,
    FAILING_DISK_KILL: killAt,
    FAILING_DISK_TORN: torn === true ? 1 : undefined,
    FAILING_DISK_FAIL: failFrom,
    FAILING_DISK_ERROR: error,
    FAILING_DISK_STALL: stallAt,
    FAILING_DISK_FREE: freeBytes,
    FAILING_DISK_FREE_AT: freeAt,
    CLOCK_JUMP_S: clockJumpS,
  }
  const words = Object.entries(said).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  return { ...process.env, ...(Object.fromEntries(words) as Record<string, string>), LD_PRELOAD: library() }
}

/** Builds the library once for each state of its source. */
function library(): string {
  const source = join(import.meta.dirname, 'failing-disk.cc')
  const hash = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 16)
  const folder = join(tmpdir(), 'forager-test-doubles')
  const built = join(folder, `failing-disk-${hash}.so`)
  if (existsSync(built)) return built
  mkdirSync(folder, { recursive: true })
  const own = `${built}.${process.pid}`
  execFileSync('g++', ['-std=c++20', '-O1', '-fPIC', '-shared', '-Wall', '-Wextra', '-o', own, source, '-ldl'])
  renameSync(own, built)
  return built
}
