import { expect, test } from 'vitest'
import { endOf } from '../../../src/main/platform/own-process.ts'

test.each([
  ['', 'its process ended'],
  ['Node.js v24.19.0\n', 'its process ended'],
  [
    'FATAL ERROR: invalid table size Allocation failed - JavaScript heap out of memory\n',
    'it needed more memory than it may take',
  ],
  [
    'node:internal/process:1\n    throw error;\n    ^\n\nTypeError: x is not a function\n    at y (z.js:1:2)\n\nNode.js v24.19.0\n',
    'its process ended: TypeError: x is not a function',
  ],
])('the last words %j say why a process ended', (lastWords, why) => {
  expect(endOf(lastWords)).toBe(why)
})
