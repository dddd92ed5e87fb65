import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ProblemError } from '../../../src/contract/problem.ts'
import { commandLineOf, helpText, parseArguments } from '../../../src/main/verbs/parse-arguments.ts'
import type { CommandLine } from '../../../src/main/verbs/verb.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { CLI, runCli, startCli } from './run-cli.ts'

const line: CommandLine = commandLineOf({
  name: 'try',
  summary: 'Tries.',
  operands: ['FILE'],
  options: [
    { name: 'count', kind: 'integer', minimum: 1, maximum: 10, help: 'how many' },
    { name: 'size', kind: 'number', help: 'how large' },
    { name: 'kind', kind: 'text', choices: ['a', 'b'], required: true, help: 'which kind' },
    { name: 'goal', kind: 'text', repeat: true, help: 'where to' },
    { name: 'fast', kind: 'flag', help: 'quickly' },
  ],
  run: () => Promise.reject(new Error('not run here')),
})

function refused(...words: string[]): string {
  try {
    parseArguments(line, words)
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'bad-arguments') return error.problem.message
    throw error
  }
  throw new Error(`accepted: ${words.join(' ')}`)
}

test('options and operands are read in any order and notation', () => {
  const { operands, values } = parseArguments(line, [
    '--kind=a',
    'f',
    '--size',
    '-2.5e-1',
    '--goal',
    '1,2',
    '--fast',
    '--goal',
    '-3,4',
  ])
  expect(operands).toEqual(['f'])
  expect(Object.fromEntries(values)).toEqual({ kind: ['a'], size: [-0.25], goal: ['1,2', '-3,4'], fast: [true] })
})

test.each(['NaN', 'Infinity', '-Infinity', '1e999', '0x10', '1.5', '', ' ', '5 ', '1,000', 'five', '0', '11', '-1'])(
  'the integer 1..10 cannot be "%s"',
  (text) => {
    expect(refused('f', '--kind', 'a', `--count=${text}`)).toMatch(/--count (cannot be|needs a value)/)
  },
)

test.each([
  [['f', '--kind', 'c'], /--kind cannot be "c"/],
  [['f'], /--kind is missing/],
  [['--kind', 'a'], /FILE is missing/],
  [['f', 'g', '--kind', 'a'], /"g" is not expected/],
  [['f', '--kind', 'a', '--kind', 'b'], /given twice/],
  [['f', '--kind', 'a', '--colour', 'red'], /no option --colour/],
  [['f', '--kind', 'a', '-x'], /no option -x/],
  [['f', '--kind', 'a', '--fast=yes'], /takes no value/],
  [['f', '--kind'], /--kind needs a value/],
])('%j is refused', (words, message) => {
  expect(refused(...words)).toMatch(message)
})

test('the help names every option with its choices', () => {
  const text = helpText(line)
  for (const part of [
    'npm run -s forager -- try FILE',
    '--count',
    '--kind',
    '(a, b)',
    '[required]',
    '[may be repeated]',
    '--json',
    '--help',
  ]) {
    expect(text).toContain(part)
  }
})

test('the program says what it can do', async () => {
  const { code, stdout } = await runCli('--help')
  expect(code).toBe(0)
  for (const name of ['sim-panda', 'collect', 'info', 'check', 'train', 'evaluate', 'bench'])
    expect(stdout).toContain(name)
  const help = await runCli('collect', '--help')
  expect([help.code, help.stderr]).toEqual([0, ''])
  expect(help.stdout).toContain('--transitions')
})

test.each([
  ['an unknown verb', ['explode', '--json'], 'unknown-verb'],
  ['a name of Object', ['constructor', '--json'], 'unknown-verb'],
  ['an unknown option', ['info', 'x', '--colour', '--json'], 'bad-arguments'],
  ['a missing file', ['info', '/nowhere/a.forager', '--json'], 'dataset-missing'],
  ['an unknown explorer', [...collect('panda'), '--explorer', 'magic', '--json'], 'unknown-explorer'],
  [
    'an unknown setting',
    [...collect('panda'), '--explorer', 'random', '--setting', 'colour=1', '--json'],
    'unknown-setting',
  ],
  [
    'panda with a robot',
    [...collect('panda'), '--explorer', 'random', '--robot', '127.0.0.1', '--json'],
    'bad-arguments',
  ],
  ['panda-fci without a robot', [...collect('panda-fci'), '--explorer', 'random', '--json'], 'bad-arguments'],
  [
    'a robot that is no address',
    [...collect('panda-fci'), '--explorer', 'random', '--robot', 'a b:x', '--json'],
    'bad-arguments',
  ],
])('%s: exit code 1, nothing on stdout, one problem on stderr', async (_, words, code) => {
  const result = await runCli(...words)
  expect([result.code, result.stdout]).toEqual([1, ''])
  expect(result.problem()).toMatchObject({ code })
  expect(result.problem().tip).not.toBe('')
})

function collect(world: string): string[] {
  return ['collect', '--world', world, '--transitions', '10', '--dataset', '/nowhere/a.forager']
}

test('a real arm does not move before a person has said that the workspace is clear', async () => {
  const path = join(temporaryFolder(), 'a.forager')
  const words = ['--explorer', 'random', '--transitions', '10', '--dataset', path, '--robot', '192.0.2.7', '--json']
  const result = await runCli('collect', '--world', 'panda-fci', ...words)
  expect(result.problem()).toMatchObject({ code: 'workspace-not-confirmed' })
  expect(existsSync(path)).toBe(false)
})

test('a reader of the progress who goes away does not end a run', async () => {
  const path = join(temporaryFolder(), 'a.forager')
  const words = ['--world', 'panda', '--explorer', 'random', '--transitions', '3000', '--dataset', path, '--json']
  const run = startCli('collect', ...words)
  run.child.stderr?.destroy()
  const { code, json } = await run.done
  expect(code).toBe(0)
  expect(json()).toMatchObject({ transitions: 3000 })
})

test.skipIf(!existsSync('/dev/full'))('a result that cannot be written is a failure in words', () => {
  const full = openSync('/dev/full', 'w')
  const { status, stderr } = spawnSync(process.execPath, [CLI, '--help'], { stdio: ['ignore', full, 'pipe'] })
  closeSync(full)
  expect(status).toBe(1)
  expect(stderr.toString()).toMatch(/^The operating system refused to write a file: no space left on device\.\n {2}\S/)
})

test('without --json a refusal is two plain lines and its code', async () => {
  const path = join(temporaryFolder(), 'a.forager')
  writeFileSync(path, 'no dataset')
  const { code, stdout, stderr } = await runCli('check', path)
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toBe(
    `${path} is not a Forager dataset. The file is unchanged.\n` +
      '  Choose a file that Forager recorded, or another name for a new dataset.\n  (not-a-dataset)\n',
  )
})
