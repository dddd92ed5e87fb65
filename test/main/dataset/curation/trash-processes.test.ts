import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openRecording } from '../../../../src/main/dataset/dataset-recorder.ts'
import { Trash } from '../../../../src/main/dataset/curation/trash.ts'
import { BOX, recordEpisode, refusalCode, sheet, temporaryFolder } from '../synthetic.ts'

const MODULES = new URL('../../../../src/main/', import.meta.url).href

/** Stands still in the middle of putting a dataset away: its note is written, its file is not there yet. */
const HALF = `
const { tryLock } = await import(process.argv[2] + 'platform/exclusive-lock.ts')
const { mkdirSync, renameSync, writeFileSync } = await import('node:fs')
const [, , , folder, path] = process.argv
mkdirSync(folder + '/.trash/x', { recursive: true })
const lock = tryLock(folder + '/.trash/.lock', 0)
const about = { id: 'x', kind: 'dataset', name: 'a', originalPath: path, trashedAt: 5, restoring: false }
writeFileSync(folder + '/.trash/x/about.json', JSON.stringify(about))
process.once('message', () => {
  renameSync(path, folder + '/.trash/x/a.forager')
  lock.release()
  process.send('moved')
  process.disconnect()
})
process.send('noted')
`

/** Puts one dataset away and brings it back, again and again, and waits where it has to. Refusals that are true are expected. */
const MOVE = `
const { Trash } = await import(process.argv[2] + 'dataset/curation/trash.ts')
const [, , , folder, path, expected] = process.argv
const trash = new Trash(folder)
const attempt = (work) => {
  try {
    work()
  } catch (error) {
    if (error.problem?.code === 'trash-in-use') attempt(work)
    else if (!expected.split(' ').includes(error.problem?.code)) throw error
  }
}
for (let round = 0; round < 25; round++) {
  attempt(() => trash.put(path))
  for (const { id, originalPath } of trash.list()) if (originalPath === path) attempt(() => trash.restore(id))
}
`

/** Lists until it is told to stop. */
const LIST = `
const { Trash } = await import(process.argv[2] + 'dataset/curation/trash.ts')
const trash = new Trash(process.argv[3])
let stop = false
process.once('message', () => (stop = true))
process.send('lists')
while (!stop) {
  trash.list()
  await new Promise((resolve) => setImmediate(resolve))
}
process.disconnect()
`

function start(script: string, ...parameters: string[]): ChildProcess {
  const path = join(temporaryFolder(), 'script.mts')
  writeFileSync(path, script)
  const child = fork(path, [MODULES, ...parameters])
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

function recorded(folder: string, name: string): { path: string; bytes: Buffer } {
  const path = join(folder, `${name}.forager`)
  const recorder = openRecording({ path, sheet: sheet(), box: BOX })
  recordEpisode(recorder, 100)
  recorder.close()
  return { path, bytes: readFileSync(path) }
}

const exitOf = async (child: ChildProcess): Promise<unknown> => ((await once(child, 'exit')) as unknown[])[0]

test('what another process is just putting away is left to it, and is in the trash afterwards', async () => {
  const folder = temporaryFolder()
  const { path, bytes } = recorded(folder, 'a')
  const child = start(HALF, folder, path)
  await once(child, 'message')
  const trash = new Trash(folder)
  expect(trash.list()).toEqual([])
  for (const change of [() => trash.put(path), () => trash.restore('x'), () => trash.erase('x')])
    expect(refusalCode(change)).toBe('trash-in-use')
  child.send('go on')
  await once(child, 'message')
  expect(trash.list()).toMatchObject([{ id: 'x', bytes: bytes.length }])
  trash.restore('x')
  expect(readFileSync(path)).toEqual(bytes)
})

test('processes that put away, bring back and list lose nothing, and nothing is refused but for being in use', async () => {
  const folder = temporaryFolder()
  const datasets = ['a', 'b'].map((name) => recorded(folder, name))
  const lister = start(LIST, folder)
  await once(lister, 'message')
  const movers = datasets.map(({ path }) => start(MOVE, folder, path, 'none'))
  expect(await Promise.all(movers.map(exitOf))).toEqual([0, 0])
  lister.send('stop')
  expect(await exitOf(lister)).toBe(0)
  const trash = new Trash(folder)
  for (const { id } of trash.list()) trash.restore(id)
  for (const { path, bytes } of datasets) expect(readFileSync(path)).toEqual(bytes)
  expect(readdirSync(join(folder, '.trash'))).toEqual(['.lock'])
})

test('a dataset that two processes put away and bring back at once is in one place, whole', async () => {
  const folder = temporaryFolder()
  const { path, bytes } = recorded(folder, 'a')
  const expected = 'dataset-in-use dataset-missing not-in-trash name-taken'
  const movers = [0, 1].map(() => start(MOVE, folder, path, expected))
  expect(await Promise.all(movers.map(exitOf))).toEqual([0, 0])
  const trash = new Trash(folder)
  const entries = trash.list()
  expect(entries.length).toBe(existsSync(path) ? 0 : 1)
  for (const { id } of entries) trash.restore(id)
  expect(readFileSync(path)).toEqual(bytes)
  expect(readdirSync(join(folder, '.trash'))).toEqual(['.lock'])
})
