import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ALONE } from '../vitest.config.ts'

const ROOT = resolve(import.meta.dirname, '..')
const tests = globSync('test/**/*.test.ts', { cwd: ROOT }).filter((path) => !path.endsWith('.long.test.ts'))

/** A file of the tests and all files of the tests that it imports, as one text. */
function textOf(path: string, seen = new Set<string>()): string {
  if (seen.has(path)) return ''
  seen.add(path)
  const text = readFileSync(path, 'utf8')
  const imported = [...text.matchAll(/^(?:import|\} from) .*'(\.[^']+\.ts)'$/gm)]
    .map(([, name]) => join(dirname(path), name!))
    .filter((each) => relative(join(ROOT, 'test'), each)[0] !== '.')
  return [text, ...imported.map((each) => textOf(each, seen))].join('\n')
}

test('a test with an arm in real time runs alone', () => {
  expect(tests.length).toBeGreaterThan(100)
  const alone = new Set(ALONE.flatMap((pattern) => globSync(pattern, { cwd: ROOT })))
  const needs =
    /new native\.SimulatedRobot\(|RawRobot\.listen\(|startArmAndHand\(|\.connectSimulated\.|'Simulated Panda'/
  const missing = tests.filter(
    (path) => !alone.has(path) && join(ROOT, path) !== import.meta.filename && needs.test(textOf(join(ROOT, path))),
  )
  expect(missing).toEqual([])
  for (const pattern of ALONE) expect(globSync(pattern, { cwd: ROOT }), pattern).not.toEqual([])
})
