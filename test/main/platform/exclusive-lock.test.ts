import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isLocked, tryLock } from '../../../src/main/platform/exclusive-lock.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'

test('one holder at a time, seen by others, and free again afterwards', () => {
  const path = join(temporaryFolder(), '.lock')
  expect(isLocked(path)).toBe(false)
  const lock = tryLock(path, 0)
  expect(lock).not.toBeNull()
  expect(isLocked(path)).toBe(true)
  expect(tryLock(path, 10)).toBeNull()
  lock?.release()
  expect(isLocked(path)).toBe(false)
  tryLock(path, 0)?.release()
})

test('a folder that is not there is an error, not a lock that another has', () => {
  expect(() => tryLock(join(temporaryFolder(), 'missing', '.lock'), 0)).toThrow()
})

/** Adds to a number in a file, a hundred times, each time under the lock. */
const COUNT = `
const { tryLock, isLocked } = await import(process.argv[2])
const { readFileSync, writeFileSync } = await import('node:fs')
for (let done = 0; done < 100; ) {
  isLocked(process.argv[3])
  const lock = tryLock(process.argv[3], 20)
  if (!lock) continue
  writeFileSync(process.argv[4], String(Number(readFileSync(process.argv[4], 'utf8')) + 1))
  lock.release()
  done++
}
`

test('processes that take and leave it as fast as they can never hold it together, and none of them fails', async () => {
  const folder = temporaryFolder()
  const [script, lock, count] = ['count.mts', '.lock', 'count'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  writeFileSync(script, COUNT)
  writeFileSync(count, '0')
  const module = new URL('../../../src/main/platform/exclusive-lock.ts', import.meta.url).href
  const children = Array.from({ length: 3 }, () => fork(script, [module, lock, count]))
  const codes = await Promise.all(children.map(async (child) => ((await once(child, 'exit')) as [number])[0]))
  expect(codes).toEqual([0, 0, 0])
  expect(readFileSync(count, 'utf8')).toBe('300')
})

test('a holder that is killed holds nothing', async () => {
  const folder = temporaryFolder()
  const [script, path] = [join(folder, 'hold.mts'), join(folder, '.lock')]
  writeFileSync(
    script,
    `const { tryLock } = await import(process.argv[2]); tryLock(process.argv[3], 0); process.send('held'); setInterval(() => {}, 1000)`,
  )
  const child = fork(script, [new URL('../../../src/main/platform/exclusive-lock.ts', import.meta.url).href, path])
  await once(child, 'message')
  expect(isLocked(path)).toBe(true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(isLocked(path)).toBe(false)
  expect(tryLock(path, 0)).not.toBeNull()
})
