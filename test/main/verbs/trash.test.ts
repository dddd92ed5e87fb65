import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { BOX, recordEpisode, sheet, temporaryFolder } from '../dataset/synthetic.ts'
import { runCli } from './run-cli.ts'

function recorded(folder: string, name: string): string {
  const path = join(folder, `${name}.forager`)
  const recorder = openRecording({ path, sheet: sheet({ id: name, name }), box: BOX })
  recordEpisode(recorder, 30)
  recorder.close()
  return path
}

interface Told {
  folder: string
  put: string | null
  entries: { id: string; kind: string; name: string; original_path: string; bytes: number }[]
}

async function told(...words: string[]): Promise<Told> {
  const run = await runCli('trash', ...words, '--json')
  if (run.code !== 0) throw new Error(run.stderr)
  return run.json() as unknown as Told
}

const refused = async (...words: string[]) => (await runCli('trash', ...words, '--json')).problem()

test('a dataset goes to the trash of its folder, is listed, and comes back as it was', async () => {
  const folder = temporaryFolder()
  const path = recorded(folder, 'a')
  const bytes = readFileSync(path)
  const put = await told(path)
  expect(existsSync(path)).toBe(false)
  expect(put).toMatchObject({
    folder,
    entries: [{ id: put.put, kind: 'dataset', name: 'a', original_path: path, bytes: bytes.length }],
  })
  expect(await told('--folder', folder)).toEqual({ ...put, put: null })

  // A place that is taken meanwhile is never written over.
  recorded(folder, 'a')
  const taken = await refused('--folder', folder, '--restore', put.put!)
  expect(taken.message).toContain(path)
  expect((await told('--folder', folder)).entries).toHaveLength(1)

  const second = await runCli('trash', path)
  expect(second.stdout).toMatch(
    /a is in the trash. This brings it back: npm run -s forager -- trash --folder \S+ --restore \S+$/m,
  )
  expect((await told('--folder', folder, '--restore', put.put!)).entries).toHaveLength(1)
  expect(readFileSync(path)).toEqual(bytes)
})

test('only --erase erases, and only what it names', async () => {
  const folder = temporaryFolder()
  const [a, b] = [await told(recorded(folder, 'a')), await told(recorded(folder, 'b'))]
  const left = await told('--folder', folder, '--erase', a.put!)
  expect(left.entries.map(({ id }) => id)).toEqual([b.put])
  expect((await refused('--folder', folder, '--restore', a.put!)).tip).not.toBe('')
})

test('what is not clear is refused and changes nothing', async () => {
  const folder = temporaryFolder()
  const path = recorded(folder, 'a')
  const missing = join(folder, 'none')
  for (const [words, code] of [
    [[path, '--restore', 'x'], 'bad-arguments'],
    [['--restore', 'x', '--erase', 'x'], 'bad-arguments'],
    [[path, '--folder', folder], 'bad-arguments'],
    [['--folder', missing], 'folder-missing'],
    [['--folder', folder, '--erase', '../a.forager'], null],
    [[join(folder, 'no.forager')], null],
  ] as const) {
    const problem = await refused(...words)
    if (code !== null) expect(problem.code).toBe(code)
    expect(problem.code).not.toMatch(/internal|system/)
    expect(problem.tip).not.toBe('')
  }
  expect(existsSync(path)).toBe(true)
})
