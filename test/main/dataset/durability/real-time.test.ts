import Database from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import { DatasetReader } from '../../../../src/main/dataset/dataset-reader.ts'
import { realTimeArm } from './real-time-arm.ts'
import { Storm, claimed, judge, killAt } from './storm.ts'

// Many processes one after another: on a machine that is busy with something else each takes its time.
vi.setConfig({ testTimeout: 600_000 })

test('each step is kept that was committed before the kill, and the arm can be taken again', async () => {
  const storm = new Storm(...realTimeArm())
  const before = await killAt(storm, 255, true)
  expect(before).toBeGreaterThan(0)
  const last = await storm.runInTime(before + 7)
  expect(last.code, last.stderr).toBe(0)
  // A run that a busy machine stopped in between has added its own steps.
  expect(last.json()).toMatchObject({ transitions: before + 7 })
  expect(last.json()['resumed_from']).toBeGreaterThanOrEqual(before)
  expect(judge(storm.path)).toBe(before + 7)
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

test.each([-86_400, 86_400])('a wall clock that jumps by %i s changes nothing', async (clockJumpS) => {
  // Half a second after the start the clock jumps: during the first of these episodes, and surely before the last.
  const storm = new Storm(...realTimeArm(), '--steps-per-episode', '15')
  const { code, stderr } = await storm.runInTime(45, { clockJumpS })
  expect(code, stderr).toBe(0)
  expect(judge(storm.path)).toBe(45)
  expect(longestTickMs(storm.path)).toBeLessThan(60_000)
  // The run has seen the jump: the wall clock is what says when an episode began.
  const db = new Database(storm.path, { readonly: true })
  const began = db.prepare('SELECT started_at_ms FROM episode ORDER BY episode DESC').pluck().get() as number
  db.close()
  expect(Math.abs(began - Date.now() - 1000 * clockJumpS)).toBeLessThan(3_600_000)
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
