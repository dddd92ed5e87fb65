import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROWS = 28

test('every row of the table of checks has a fault that shows its cause, its action and the time to rest', () => {
  const titles = readdirSync(import.meta.dirname)
    .filter((name) => name.startsWith('supervisor-faults'))
    .flatMap((name) => readFileSync(join(import.meta.dirname, name), 'utf8').match(/rows? \d+(?: and \d+)?[:,]|^ {4}\[\d+,/gm) ?? [])
  const shown = new Set(titles.flatMap((title) => (title.match(/\d+/g) ?? []).map(Number)))
  expect([...shown].sort((a, b) => a - b)).toEqual(Array.from({ length: ROWS }, (_, row) => row + 1))
})
