import { expect, test } from 'vitest'
import { nextVersion } from '../../../src/renderer/parts/next-version.ts'

test('the next version is the first whose name is free, whatever version it begins with', () => {
  expect(nextVersion('run', [])).toBe('run-v2')
  expect(nextVersion('run', ['run', 'run-v2'])).toBe('run-v3')
  expect(nextVersion('run-v2', ['run-v2'])).toBe('run-v3')
  expect(nextVersion('run-v9', ['run-v9'])).toBe('run-v2')
  expect(nextVersion('a-very-v', [])).toBe('a-very-v-v2')
})
