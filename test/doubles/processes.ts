import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** Child processes of a process, by Linux's own list. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => parentOf(each) === pid)
}

/** True while a process has that id. */
export function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`)
}

function parentOf(pid: number): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/^PPid:\s*(\d+)/m.exec(status)?.[1])
  } catch {
    return null
  }
}
