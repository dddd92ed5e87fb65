import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { appRoot } from '../../../src/main/platform/app-root.ts'

test('every thread of the program is started by way of worker-entry, which makes WebAssembly safe beside others', () => {
  const folder = join(appRoot, 'src', 'main')
  const starting = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .filter((text) => text.includes("from 'node:worker_threads'") && /new Worker\(/.test(text))
  expect(starting.length).toBeGreaterThan(3)
  for (const text of starting) expect(text).toMatch(/new Worker\(workerEntry\(/)
})
