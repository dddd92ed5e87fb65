import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { isLocked } from '../../../src/main/platform/exclusive-lock.ts'
import { until } from '../../doubles/until.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { CLI, runCli } from './run-cli.ts'

/** Small, and with an explorer that learns: 2 collections, 2 trainings, 2 evaluations. */
const FIGURE = [
  ...['figure3', '--scale', '0.0004', '--seeds', '1', '--world', 'Hopper-v1', '--learner', 'td3'],
  ...['--explorer', 'random', '--explorer', 'rnd', '--json'],
]
const FILES = ['results.json', 'results.csv', 'figure3.svg']

interface Row {
  update: number
  learner: string
  seed: number
  goal: string
  return_mean: number
  closest_m_mean: number | null
  final_m_mean: number | null
}
interface Results {
  jobs: number
  jobs_done: number
  failures: unknown[]
  cells: { explorer: string; paper_m: number | null; curve: { update: number; value: number; runs: number }[] }[]
  rows: Row[]
}

function resultsIn(folder: string): Results {
  return JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as Results
}

function bytesOf(folder: string): string[] {
  return FILES.map((name) => readFileSync(join(folder, name), 'utf8'))
}

/** Events in the history of every job. */
function histories(folder: string): string[][] {
  return readdirSync(join(folder, 'jobs')).map((id) =>
    readFileSync(join(folder, 'jobs', id, 'history.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: string }).event),
  )
}

const HOME = mkdtempSync(join(tmpdir(), 'forager-test-'))
afterAll(() => rm(HOME, { recursive: true, force: true }))

/** An uninterrupted run, made once for all that are compared with it. */
let undisturbed: Promise<string> | null = null
function reference(): Promise<string> {
  return (undisturbed ??= (async () => {
    const folder = join(HOME, 'reference')
    const run = await runCli('experiment', ...FIGURE, '--out', folder)
    expect(run.stderr + String(run.code)).toMatch(/0$/)
    return folder
  })())
}

interface Group {
  signal(name: NodeJS.Signals, whole: boolean): void
  hasEnded(): boolean
  ended: Promise<void>
}

/** A run that leads its own process group, so that it can be killed with its workers, as a power cut does. */
function startGroup(...words: string[]): Group {
  const child = spawn(process.execPath, [CLI, ...words], { stdio: 'ignore', detached: true })
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  const pid = child.pid!
  return {
    signal: (name, whole) => process.kill(whole ? -pid : pid, name),
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    ended,
  }
}

/** How many jobs have a history. */
function begun(folder: string): number {
  const jobs = join(folder, 'jobs')
  if (!existsSync(jobs)) return 0
  return readdirSync(jobs).filter((id) => existsSync(join(jobs, id, 'history.jsonl'))).length
}

describe('forager experiment', { timeout: 400_000 }, () => {
  test('figure3 gives a row for every evaluation, curves with the untrained and the trained policy, and a figure', async () => {
    const folder = await reference()
    const { rows, cells, jobs, jobs_done, failures } = resultsIn(folder)
    expect({ jobs, jobs_done, failures }).toEqual({ jobs: 6, jobs_done: 6, failures: [] })
    // 300,000 and 5,000 times 0.0004.
    const updates = Array.from({ length: 61 }, (_, i) => 2 * i)
    for (const { curve } of cells) {
      expect(curve.map(({ update }) => update)).toEqual(updates)
      expect(curve.every(({ value, runs }) => Number.isFinite(value) && runs === 1)).toBe(true)
    }
    expect(rows).toHaveLength(2 * 61)
    expect(new Set(rows.map(({ return_mean }) => return_mean)).size).toBeGreaterThan(10)
    const svg = readFileSync(join(folder, 'figure3.svg'), 'utf8')
    expect(svg.match(/<polyline /g)).toHaveLength(2)
    expect(svg).not.toMatch(/NaN|undefined/)
    const csv = readFileSync(join(folder, 'results.csv'), 'utf8').trim().split('\r\n')
    expect(csv).toHaveLength(1 + rows.length)
  })

  test('table1 gives closest and final distances of every goal beside those of the paper', async () => {
    const folder = join(temporaryFolder(), 'table')
    const words = ['--scale', '0.0002', '--seeds', '1', '--explorer', 'random', '--out', folder]
    // One learner of the paper, and one that makes fewer updates than the paper's.
    const run = await runCli('experiment', 'table1', ...words, '--learner', 'td3', '--learner', 'rollout', '--json')
    expect(run.code).toBe(0)
    // Exactly one object; what happens meanwhile is text on stderr.
    expect(JSON.parse(run.stdout)).toMatchObject({
      planned: { collect: 1, train: 8, evaluate: 8 },
      fraction: 1,
      jobs: { done: 17, failed: 0 },
    })
    expect(run.stderr.match(/: done in /g)).toHaveLength(17)
    const { rows, cells } = resultsIn(folder)
    const last = rows.filter(({ update, learner }) => update === (learner === 'td3' ? 60 : 2))
    expect(last.map(({ goal }) => goal)).toEqual(['A', 'B', 'C', 'D', 'A', 'B', 'C', 'D'])
    for (const { closest_m_mean: closest, final_m_mean: final } of last) {
      expect(closest).toBeGreaterThan(0)
      expect(final).toBeGreaterThanOrEqual(closest ?? NaN)
    }
    expect(cells).toMatchObject([
      { explorer: 'random', paper_m: 0.46 },
      { explorer: 'random', paper_m: null },
    ])
    const svg = readFileSync(join(folder, 'table1.svg'), 'utf8')
    expect(svg).toContain('paper 0.46')
    expect(svg).toContain((cells[0]?.curve.at(-1)?.value ?? NaN).toFixed(2))
  })

  test('killed and interrupted again and again, it ends with the bytes of a run that nobody disturbed', async () => {
    const folder = join(temporaryFolder(), 'killed')
    const words = ['experiment', ...FIGURE, '--out', folder]
    // The power fails, only the first process dies, a person interrupts, the power fails again. Each in a later job.
    for (const [i, how] of ['power', 'first', 'person', 'power'].entries()) {
      const run = startGroup(...words)
      await until(() => begun(folder) > i || run.hasEnded())
      // Somewhere in that job, or in one of the next.
      await sleep([150, 900, 400, 50][i])
      if (!run.hasEnded()) run.signal(how === 'person' ? 'SIGINT' : 'SIGKILL', how === 'power')
      await run.ended
      // Workers without anybody who started them let go of their jobs by themselves.
      const jobs = existsSync(join(folder, 'jobs')) ? readdirSync(join(folder, 'jobs')) : []
      await expect.poll(() => jobs.some((id) => isLocked(join(folder, 'jobs', id, '.lock')))).toBe(false)
    }
    expect((await runCli(...words)).code).toBe(0)
    expect(bytesOf(folder)).toEqual(bytesOf(await reference()))
    // A finished job was never begun again.
    for (const events of histories(folder)) expect(events.indexOf('done')).toBe(events.length - 1)
  })

  test('two programs with two workers each do no job twice and give the same bytes', async () => {
    const folder = join(temporaryFolder(), 'shared')
    const first = runCli('experiment', ...FIGURE, '--workers', '2', '--out', folder)
    await expect.poll(() => existsSync(join(folder, 'plan.json'))).toBe(true)
    const second = runCli('experiment', 'resume', folder, '--workers', '2', '--json')
    expect((await first).code).toBe(0)
    expect((await second).code).toBe(0)
    expect(histories(folder)).toEqual(Array.from({ length: 6 }, () => ['started', 'done']))
    expect(bytesOf(folder)).toEqual(bytesOf(await reference()))
  })

  test('a failed job is said with its reason, what needs it waits in vain, and the next run tries it again', async () => {
    const folder = join(temporaryFolder(), 'failing')
    const words = ['experiment', ...FIGURE, '--out', folder]
    expect((await runCli(...words, '--dry-run')).code).toBe(0)
    expect(existsSync(folder)).toBe(false)
    await cp(await reference(), folder, { recursive: true })
    const collect = 'collect-Hopper-v1-rnd-paper-s0'
    const again = [collect, 'train-Hopper-v1-rnd-paper-td3-s0', 'evaluate-Hopper-v1-rnd-paper-td3-s0']
    for (const id of again) await rm(join(folder, 'jobs', id), { recursive: true })
    await mkdir(join(folder, 'jobs', collect))
    await writeFile(join(folder, 'jobs', collect, `${collect}.forager`), 'no dataset')
    const failed = await runCli(...words)
    expect(failed.code).toBe(1)
    expect(JSON.parse(failed.stdout)).toMatchObject({ jobs: { done: 3, failed: 1, blocked: 2 } })
    expect(resultsIn(folder).failures).toMatchObject([{ job: collect, code: 'not-a-dataset' }])
    await rm(join(folder, 'jobs', collect, `${collect}.forager`))
    expect((await runCli(...words)).code).toBe(0)
    expect(bytesOf(folder)).toEqual(bytesOf(await reference()))
  })
})

test('says what an experiment with every learner would take', { timeout: 400_000 }, async () => {
  const learners = ['td3', 'bcq', 'td3_bc', 'iql', 'sac', 'cql', 'rollout']
  for (const name of ['table1', 'figure3']) {
    const words = [...learners.flatMap((learner) => ['--learner', learner]), '--explorer', 'random', '--mode', 'modern']
    const run = await runCli('experiment', name, ...words, '--dry-run', '--json', '--out', join(HOME, 'never'))
    expect(run.stderr + String(run.code)).toMatch(/0$/)
    expect((JSON.parse(run.stdout) as { expected_s: number }).expected_s).toBeGreaterThan(0)
  }
})

describe('forager experiment refuses', () => {
  test.each([
    ['an experiment that there is not', ['figure4'], 'bad-arguments'],
    ['no folder to go on with', ['resume'], 'bad-arguments'],
    ['a folder that is none', ['resume', '/nowhere/at/all'], 'plan-missing'],
    ['choices for one that is planned', ['resume', '/nowhere', '--seeds', '2'], 'bad-arguments'],
    ['a scale of nothing', ['table1', '--scale', '0'], 'bad-arguments'],
    ['an explorer that the core does not have', ['table1', '--explorer', 'nobody'], 'unknown-explorer'],
    [
      'a learner that the core does not have',
      ['table1', '--explorer', 'random', '--learner', 'nobody'],
      'learner-unknown',
    ],
    ['a world of the other experiment', ['table1', '--explorer', 'random', '--world', 'Hopper-v1'], 'bad-arguments'],
  ])('%s', async (_what, words, code) => {
    const run = await runCli('experiment', ...words, '--json')
    expect(run.code).toBe(1)
    expect(run.stdout).toBe('')
    expect(run.problem().code).toBe(code)
  })
})
