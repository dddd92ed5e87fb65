import { existsSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { progress } from '../../verbs/run-cli.ts'
import { PANDA, Storm, judge } from './storm.ts'

/** What a stop may write: the newest half second, and the log once more into the file. */
const MOST_BYTES = 40e6

/** Collects so much, continues, ends the run by a signal, and returns what was written from then on, bytes. */
async function stopAt(transitions: number): Promise<number> {
  const storm = new Storm(...PANDA)
  expect((await storm.run(transitions)).code).toBe(0)
  const run = storm.start(10 * transitions)
  await progress(run, transitions + 1)
  const before = statSync(storm.log).size
  run.child.kill('SIGTERM')
  const { code, signal, json } = await run.done
  expect([code, signal]).toEqual([0, null])
  expect(judge(storm.path)).toBe(json()['transitions'])
  expect(existsSync(`${storm.path}-wal`)).toBe(false)
  return statSync(storm.log).size - before
}

test('a stop writes no more for a large dataset than for a small one, so that it takes as long', async () => {
  expect(await stopAt(5000)).toBeLessThan(MOST_BYTES)
  expect(await stopAt(300_000)).toBeLessThan(MOST_BYTES)
})
