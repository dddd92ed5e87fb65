import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import { DatasetReader } from '../../../../src/main/dataset/dataset-reader.ts'
import { until } from '../../../doubles/until.ts'
import { startCli } from '../../verbs/run-cli.ts'
import { PANDA, Storm, claimed, forced, judge, realTimeArm } from './storm.ts'

// Many processes one after another: on a machine that is busy with something else each takes its time.
vi.setConfig({ testTimeout: 600_000 })

test.each([
  ['ENOSPC', 'disk-full', /^The disk of .*a\.forager is full: \d+.* free\. Everything committed before is safe\./],
  ['EIO', 'disk-error', /^The disk reports an error on .*a\.forager\. Everything committed before is safe\./],
  ['EROFS', 'disk-read-only', /^The disk of .*a\.forager has become read-only/],
] as const)(
  '%s in the middle of a run ends it with %s; what was committed is there and the run can go on',
  async (error, code, says) => {
    const storm = new Storm(...PANDA)
    const failed = await storm.run(500_000, { failFrom: 900, error })
    expect(failed.code).toBe(1)
    const problem = failed.problem()
    expect([problem.code, problem.message]).toEqual([code, expect.stringMatching(says)])
    expect(problem.message).toMatch(/\d+ newer steps are lost\. \d+ transitions are in /)
    expect(problem.tip).not.toBe('')
    const there = judge(storm.path)
    expect(there).toBeGreaterThan(0)
    expect(problem.message).toContain(` ${there} transitions are in ${storm.path}.`)
    expect(forced(failed.before, failed.calls)).toBe(there)
    expect((await storm.run(there + 500)).code).toBe(0)
    expect(judge(storm.path)).toBe(there + 500)
  },
)

test.each([
  ['ENOSPC', 'disk-full'],
  ['EROFS', 'dataset-read-only'],
] as const)('%s from the start is refused and leaves nothing', async (error, code) => {
  const storm = new Storm(...PANDA)
  const refused = await storm.run(1000, { failFrom: 1, error })
  expect([refused.code, refused.problem().code]).toEqual([1, code])
  expect(existsSync(storm.path)).toBe(false)
})

test('at the floor of the disk the episode is finished, the file is closed and the reason is told', async () => {
  const storm = new Storm(...PANDA)
  const ended = await storm.run(500_000, { freeBytes: 1_900_000_000, freeAt: 600 })
  expect(ended.code).toBe(1)
  const { code, message } = ended.problem()
  expect(code).toBe('disk-floor')
  expect(message).toContain('1.9 GB free, the floor is 2.0 GB')
  const there = judge(storm.path)
  expect(message).toContain(` ${there} transitions are in`)
  expect(existsSync(`${storm.path}-wal`)).toBe(false)
  const reader = new DatasetReader(storm.path)
  expect(Object.keys(reader.endReasons())).not.toContain('operator-stop')
  expect(Object.keys(reader.endReasons())).not.toContain('crash')
  reader.close()
})

test('a disk that does nothing for two seconds does not hold the arm up, and no step is lost', async () => {
  const arm = realTimeArm()
  // A busy machine may stop the arm at just that time; had the loop waited for the disk, it would be so every time.
  for (let again = 10; ; again--) {
    const storm = new Storm(...arm)
    const { calls } = await storm.run(60, { stallAt: 90 })
    expect(judge(storm.path)).toBeGreaterThanOrEqual(claimed(calls))
    const stall = calls.find((call) => call.kind === 'stalled')
    const during = stall ? ticksBetween(storm.path, stall.from, stall.to) : 0
    if (during < 10 && again > 0) continue
    expect(during).toBeGreaterThanOrEqual(10)
    return
  }
})

test.each([-86_400, 86_400])('a wall clock that jumps by %i s changes nothing in real time', async (clockJumpS) => {
  const storm = new Storm(...realTimeArm())
  const { code, stderr } = await storm.runInTime(30, { clockJumpS })
  expect(code, stderr).toBe(0)
  expect(judge(storm.path)).toBe(30)
  expect(longestTickMs(storm.path)).toBeLessThan(60_000)
  // The run has seen the jump: the wall clock is what says when an episode began.
  const db = new Database(storm.path, { readonly: true })
  const began = db.prepare('SELECT started_at_ms FROM episode ORDER BY episode DESC').pluck().get() as number
  db.close()
  expect(Math.abs(began - Date.now() - 1000 * clockJumpS)).toBeLessThan(3_600_000)
})

test('a second writer is refused while the first is there, and the first goes on to its exact target', async () => {
  const storm = new Storm(...PANDA)
  const first = storm.start(3000, { stallAt: 60 })
  await until(() => existsSync(storm.path))
  // It stands still in the middle of its work until the other has been refused.
  first.child.kill('SIGSTOP')
  const words = [...PANDA, '--transitions', '50000', '--dataset', storm.path, '--json']
  const second = await startCli('collect', ...words).done
  const { code, message } = second.problem()
  expect([second.code, code]).toEqual([1, 'dataset-in-use'])
  expect(message).toContain(storm.path)
  first.child.kill('SIGCONT')
  expect((await first.done).code).toBe(0)
  expect(judge(storm.path)).toBe(3000)
})

/** Ticks of the arm between two times of the monotonic clock, ns. */
function ticksBetween(path: string, from: bigint, to: bigint): number {
  const reader = new DatasetReader(path)
  try {
    const ticks = [...reader.trainingEpisodes()].flatMap(({ tickTimes }) => [...tickTimes])
    return ticks.filter((tick) => tick > from && tick < to).length
  } finally {
    reader.close()
  }
}

/** Longest time between two ticks of an episode by the monotonic clock, ms. */
function longestTickMs(path: string): number {
  const reader = new DatasetReader(path)
  try {
    let longest = 0n
    for (const { tickTimes } of reader.trainingEpisodes()) {
      for (let t = 1; t < tickTimes.length; t++) {
        const took = tickTimes[t]! - tickTimes[t - 1]!
        if (took > longest) longest = took
      }
    }
    return Number(longest / 1_000_000n)
  } finally {
    reader.close()
  }
}
