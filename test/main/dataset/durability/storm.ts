import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { expect } from 'vitest'
import { UNATTENDED_CAUSES } from '../../../../src/contract/unattended.ts'
import { checkDataset } from '../../../../src/main/dataset/audit/check-dataset.ts'
import { DatasetReader } from '../../../../src/main/dataset/dataset-reader.ts'
import { recoverDataset } from '../../../../src/main/dataset/recover.ts'
import { Session } from '../../../../src/main/session/session.ts'
import type { SessionOrder } from '../../../../src/main/session/session-order.ts'
import { afterPowerCut, filesIn, placeFiles, readDiskLog } from '../../../doubles/disk-log.ts'
import type { DiskCall, Files } from '../../../doubles/disk-log.ts'
import { onFailingDisk } from '../../../doubles/failing-disk.ts'
import type { DiskFaults } from '../../../doubles/failing-disk.ts'
import { until } from '../../../doubles/until.ts'
import { startCliIn } from '../../verbs/run-cli.ts'
import type { CliResult, RunningCli } from '../../verbs/run-cli.ts'
import { temporaryFolder } from '../synthetic.ts'

/** Deterministic luck, so that a failure can be seen again. */
export function luckFrom(seed: number): () => number {
  let state = (seed * 2654435761 + 1) % 2 ** 31
  return () => {
    state = (state * 1103515245 + 12345) % 2 ** 31
    return state / 2 ** 31
  }
}

/** A dataset on a disk that fails, and the process that collects it. */
export class Storm {
  readonly folder = temporaryFolder()
  readonly path = join(this.folder, 'a.forager')
  private readonly logFolder = temporaryFolder()
  private readonly words: readonly string[]

  constructor(...words: string[]) {
    this.words = words
  }

  start(transitions: number, faults: DiskFaults = {}): RunningCli {
    const { folder, path, log, words } = this
    rmSync(log, { force: true })
    const wanted = ['--transitions', String(transitions), '--dataset', path, '--json']
    return startCliIn(onFailingDisk(folder, { log, ...faults }), 'collect', ...words, ...wanted)
  }

  /** Where the calls of the newest run are written down. */
  get log(): string {
    return join(this.logFolder, 'log')
  }

  /** Runs to its end, whatever that is. `calls`: what it did; `before`: the files that it found. */
  async run(transitions: number, faults: DiskFaults = {}): Promise<CliResult & { calls: DiskCall[]; before: Files }> {
    const before = filesIn(this.folder)
    const result = await this.start(transitions, faults).done
    return { ...result, calls: readDiskLog(this.log), before }
  }

  /** Runs again, and so goes on, as long as this machine is too busy to give the arm its actions in time. */
  async runInTime(...order: Parameters<Storm['run']>): ReturnType<Storm['run']> {
    for (let again = MOST_RUNS; ; again--) {
      const result = await this.run(...order)
      if (result.code !== 1 || again === 0 || !BUSY.has(result.problem().code)) return result
    }
  }
}

const MOST_RUNS = 20
/** What ends a run of an arm when this machine gives the station, or the arm that it simulates, no time. */
export const BUSY: ReadonlySet<string> = new Set<string>([
  ...UNATTENDED_CAUSES.map(({ code }) => code),
  'link-lost',
  'heartbeat-lost',
  'robot-silent',
])

export const PANDA = ['--world', 'panda', '--explorer', 'random', '--seed', '3', '--steps-per-episode', '100']

/** More than a run that is killed comes to. */
const MANY = 500_000

/**
 * Kills a run at a call on its files, `torn`: half way through it, and looks at what is there. Returns the transitions. A
 * run with a small target may come to its end before: how many calls it needs depends on the machine.
 */
export async function killAt(storm: Storm, killAt: number, torn: boolean, target = MANY): Promise<number> {
  const ended = await storm.runInTime(target, { killAt, torn })
  if (target < MANY && ended.code === 0) expect(claimed(ended.calls)).toBe(target)
  else expect(ended.signal, ended.stderr).toBe('SIGKILL')
  return kept(storm, ended)
}

/** Kills a run from outside, `afterMs` after it has begun to write, whatever it does just then; looks as killAt does. */
export async function killAfter(storm: Storm, afterMs: number): Promise<number> {
  const before = filesIn(storm.folder)
  const run = storm.start(MANY)
  await until(() => existsSync(storm.log))
  await pause(afterMs)
  run.child.kill('SIGKILL')
  const { signal, stderr } = await run.done
  expect(signal, stderr).toBe('SIGKILL')
  return kept(storm, { before, calls: readDiskLog(storm.log) })
}

/** Opens what a run has left; nothing is missing that it has said or that was forced to disk. Returns the transitions. */
function kept(storm: Storm, { before, calls }: { before: Files; calls: DiskCall[] }): number {
  const [said, safe] = [claimed(calls), forced(before, calls)]
  expect(safe).toBeGreaterThanOrEqual(said)
  const there = judge(storm.path)
  expect(there).toBeGreaterThanOrEqual(safe)
  return there
}

/**
 * A run that is killed `kills` times: at a call on its files, in its beginning (while it opens what the one before has
 * left) or later, whole or half way through; and each third time from outside. Then it reaches its exact target.
 */
export async function killedAgainAndAgain(kills: number, luck: () => number): Promise<void> {
  const storm = new Storm(...PANDA)
  let before = 0
  for (let kill = 0; kill < kills; kill++) {
    const call = kill % 2 === 0 ? 1 + Math.floor(60 * luck()) : 60 + Math.floor(900 * luck())
    const torn = luck() < 0.5
    const there = kill % 3 === 2 ? await killAfter(storm, 400 * luck()) : await killAt(storm, call, torn)
    expect(there).toBeGreaterThanOrEqual(before)
    before = there
  }
  // How much a run gathers between two writes depends on the machine; that it gathers does not.
  expect(before).toBeGreaterThan(0)
  const { code, calls } = await storm.run(before + 321)
  expect([code, claimed(calls), judge(storm.path)]).toEqual([0, before + 321, before + 321])
}

/** Transitions that the process has called committed in what it said. */
export function claimed(calls: readonly DiskCall[]): number {
  const texts = calls.flatMap((call) => (call.kind === 'said' ? [call.text] : []))
  const counts = texts.join('').matchAll(/^(\d+) of \d+ transitions|"transitions":(\d+)/gm)
  return Math.max(0, ...[...counts].map(([, told, ended]) => Number(told ?? ended)))
}

/** Transitions that are forced to disk after `calls`. */
export function forced(before: Files, calls: readonly DiskCall[]): number {
  const folder = temporaryFolder()
  placeFiles(
    afterPowerCut(before, calls, () => 1),
    folder,
  )
  return judge(join(folder, 'a.forager'))
}

/** What is left by a power cut after some of the calls, on a disk with this luck; compared, and where it is now. */
export function cutPower(
  before: Files,
  calls: readonly DiskCall[],
  luck: () => number,
): { path: string; there: number } {
  const folder = temporaryFolder()
  placeFiles(afterPowerCut(before, calls, luck), folder)
  const path = join(folder, 'a.forager')
  const there = judge(path)
  const safe = forced(before, calls)
  expect(safe).toBeGreaterThanOrEqual(claimed(calls))
  expect(there).toBeGreaterThanOrEqual(safe)
  return { path, there }
}

/** Opens what a dead process left, compares everything in it, and returns how many transitions it has. */
export function judge(path: string): number {
  if (!existsSync(path)) return 0
  const cut = recoverDataset(path)
  const reader = new DatasetReader(path)
  try {
    const report = checkDataset(reader)
    expect(report.problems.filter(({ severity }) => severity === 'problem')).toEqual([])
    const numbers = reader.episodeNumbers()
    expect(numbers).toEqual(numbers.map((_, i) => i + 1))
    if (cut) expect(reader.trainingEpisode(cut.episode)).toMatchObject({ steps: cut.steps, endReason: 'crash' })
    judgeLearner(path)
    return reader.totals().transitions
  } finally {
    reader.close()
  }
}

/** The state of an explorer that learns is the one after the last episode that ended properly. */
function judgeLearner(path: string): void {
  const db = new Database(path, { readonly: true })
  try {
    const learns = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'explorer_state'").get() !== undefined
    if (!learns) return
    const state = db.prepare('SELECT max(episode) FROM explorer_state').pluck().get()
    const episode = db.prepare("SELECT max(episode) FROM episode WHERE end_reason <> 'crash'").pluck().get()
    expect(state).toBe(episode)
  } finally {
    db.close()
  }
}

/** Continues the dataset in this process until it has `target` transitions, and looks at all of it again. */
export async function continueTo(target: number, order: Omit<SessionOrder, 'control'>): Promise<void> {
  const session = await Session.start({ ...order, target })
  const { end, progress } = await session.ended
  expect([end, progress.problem]).toEqual(['complete', null])
  expect(judge(order.path)).toBe(target)
}
