import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Incident records of these tests must not stand among those of the person who runs them. */
const TEST_HOME = join(tmpdir(), `forager-cli-${process.pid}`)

/** What was compiled once is not compiled again: half of the time of a short call. */
const COMPILED = join(tmpdir(), 'forager-test-doubles', 'compiled')

/** The program's file. */
export const CLI = join(import.meta.dirname, '../../../src/main/cli.ts')

export interface CliResult {
  code: number | null
  /** That ended it; null when it ended by itself. */
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** stdout as JSON; throws when it is not exactly one object. */
  json(): Record<string, unknown>
  /** The refusal on stderr under --json. */
  problem(): { code: string; message: string; tip: string }
}

export interface RunningCli {
  child: ChildProcess
  /** What is on stderr so far. */
  stderr(): string
  done: Promise<CliResult>
}

/** Starts the program as a person would, in a process of its own. */
export function startCli(...words: string[]): RunningCli {
  return startCliIn({ FORAGER_HOME: TEST_HOME, ...process.env }, ...words)
}

/** The same in another environment. */
export function startCliIn(env: NodeJS.ProcessEnv, ...words: string[]): RunningCli {
  const all = { NODE_COMPILE_CACHE: COMPILED, ...env }
  const child = spawn(process.execPath, [CLI, ...words], { env: all, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const done = new Promise<CliResult>((resolve) => {
    child.on('close', (code, signal) => {
      resolve({
        code,
        signal,
        stdout,
        stderr,
        json: () => JSON.parse(stdout) as Record<string, unknown>,
        problem: () => JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as ReturnType<CliResult['problem']>,
      })
    })
  })
  return { child, stderr: () => stderr, done }
}

export function runCli(...words: string[]): Promise<CliResult> {
  return startCli(...words).done
}

/** Waits until a progress line tells of at least `least` committed transitions. Throws when the program ends before. */
export async function progress(run: RunningCli, least: number): Promise<void> {
  let ended = false
  void run.done.then(() => (ended = true))
  while (committedIn(run.stderr()) < least) {
    if (ended) throw new Error(`the program ended early: ${run.stderr()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** The largest number of committed transitions told on stderr; 0 when none was. */
export function committedIn(stderr: string): number {
  return Math.max(0, ...[...stderr.matchAll(/^(\d+) of \d+ transitions/gm)].map((match) => Number(match[1])))
}
