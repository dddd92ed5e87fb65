import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { terminalCommand } from '../../src/contract/terminal-command.ts'

test('a command stands as the README says it, with a plain path as it is', () => {
  expect(terminalCommand('experiment', 'resume', '/data/a-1.b')).toBe(
    'npm run -s forager -- experiment resume /data/a-1.b',
  )
})

test.skipIf(process.platform === 'win32')('a shell hands each word over as it was meant', () => {
  const words = ['/home/o’neil/my data', "it's", '$HOME', '~/a', '*', '', 'a;b', '"', '\\']
  const typed = terminalCommand(...words).replace('npm run -s forager --', `printf '%s\\n'`)
  expect(execFileSync('sh', ['-c', typed], { encoding: 'utf8' })).toBe(words.map((word) => `${word}\n`).join(''))
})
