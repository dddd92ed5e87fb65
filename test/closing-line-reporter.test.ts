import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from './main/dataset/synthetic.ts'

const VITEST = resolve(import.meta.dirname, '../node_modules/vitest/vitest.mjs')
const REPORTER = join(import.meta.dirname, 'closing-line-reporter.ts')

test('a run ends with its counts, after one line for each test that needed a second try', () => {
  const folder = temporaryFolder()
  writeFileSync(
    join(folder, 'a.test.js'),
    `let tries = 0
     test('stumbles', () => expect((tries += 1), 'of the first').toBe(2))
     test('falls', () => expect(1).toBe(2))
     test('stands', () => expect(1).toBe(1))
     test.skip('waits', () => undefined)`,
  )
  writeFileSync(join(folder, 'b.test.js'), 'throw new Error("cannot be loaded")')
  const words = ['run', '--root', folder, '--globals', '--retry', '1', '--reporter', REPORTER]
  const { stdout, status } = spawnSync(process.execPath, [VITEST, ...words], { encoding: 'utf8' })
  expect(status).toBe(1)
  const [again, counts] = stdout.trim().split('\n').slice(-2)
  expect(again).toMatch(/^second try: a\.test\.js > stumbles: of the first: expected 1 to be 2/)
  expect(counts).toBe('2 passed, 2 failed, 1 skipped')
})
