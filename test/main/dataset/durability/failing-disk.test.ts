import { existsSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { DatasetReader } from '../../../../src/main/dataset/dataset-reader.ts'
import { until } from '../../../doubles/until.ts'
import { startCli } from '../../verbs/run-cli.ts'
import { PANDA, Storm, forced, judge } from './storm.ts'

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
