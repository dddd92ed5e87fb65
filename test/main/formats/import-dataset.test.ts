import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../../src/contract/problem.ts'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { importDataset } from '../../../src/main/formats/import-dataset.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { contentOf, recordRandom } from './datasets-of-all-kinds.ts'
import { exported, imported } from './exchange.ts'
import { writeForeignD4rl } from './foreign-hdf5.ts'

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (error instanceof ProblemError) return error.problem.code
  throw new Error('it was not refused', { cause: error })
}

describe('an import', () => {
  test('says in the run sheet where the data come from and what was assumed', async () => {
    const home = temporaryFolder()
    const [path, out] = [join(home, 'foreign.hdf5'), join(home, 'new.forager')]
    await writeForeignD4rl(path)
    const report = await imported(path, out)
    const reader = new DatasetReader(out)
    try {
      const { sheet } = reader
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex')
      expect(sheet.imported).toMatchObject({ from: 'foreign.hdf5', format: 'd4rl', hash, beliefs: report.beliefs })
      expect(sheet.name).toBe('new')
      expect(report.beliefs.length).toBeGreaterThan(2)
      expect(report.check).toMatchObject({ ok: true, problems: 0 })
    } finally {
      reader.close()
    }
  })

  test('that is cancelled on its way leaves nothing', async () => {
    const home = temporaryFolder()
    const [from, path] = [join(home, 'a.forager'), join(home, 'a-v0')]
    recordRandom(from, { kind: 'arm', seed: 41, episodes: 6, longest: 10 })
    await exported(from, 'minari', path)
    const out = join(home, 'b.forager')
    const { signal } = new AbortController()
    // As soon as something of the new dataset is on disk.
    Object.defineProperty(signal, 'aborted', { get: () => existsSync(`${out}.partial`) })
    const order = { path, out, format: null, world: null, stepPeriodS: null, stepsPerEpisode: null }
    expect(await codeOf(importDataset(order, { progress: () => undefined, signal }))).toBe('import-stopped')
    expect(readdirSync(home).sort()).toEqual(['a-v0', 'a.forager'])
  })

  test('keeps numbers, ends and the world of an arm, so that its cells are counted again', async () => {
    const home = temporaryFolder()
    const [from, path, out] = [join(home, 'a.forager'), join(home, 'a-v0'), join(home, 'b.forager')]
    recordRandom(from, { kind: 'arm', seed: 42, episodes: 5, longest: 20 })
    await exported(from, 'minari', path)
    await imported(join(path, 'data'), out)
    const listed = [from, out].map((each) => {
      const db = new Database(each, { readonly: true })
      try {
        const rows = db.prepare('SELECT episode, steps, new_cells, speed FROM episode ORDER BY episode').all()
        return { rows, cells: db.prepare('SELECT cells FROM coverage').get() }
      } finally {
        db.close()
      }
    })
    expect(listed[1]).toEqual(listed[0])
    expect(contentOf(out)).toEqual(contentOf(from))
  })

  test('of nothing, of another kind of file, or over something, is refused', async () => {
    const home = temporaryFolder()
    const out = join(home, 'new.forager')
    expect(await codeOf(imported(join(home, 'none'), out))).toBe('import-missing')
    writeFileSync(join(home, 'text'), 'hello')
    expect(await codeOf(imported(join(home, 'text'), out))).toBe('import-unknown')
    expect(await codeOf(imported(join(home, 'text'), out, { format: 'd4rl' }))).toBe('import-damaged')
    expect(await codeOf(imported(join(home, 'text'), out, { format: 'minari' }))).toBe('import-unreadable')
    expect(await codeOf(imported(join(home, 'text'), out, { format: 'pickle' }))).toBe('import-unknown')
    mkdirSync(join(home, 'folder'))
    expect(await codeOf(imported(join(home, 'folder'), out))).toBe('import-unknown')
    expect(await codeOf(imported(join(home, 'folder'), out, { format: 'd4rl' }))).toBe('import-unreadable')
    writeFileSync(out, 'mine')
    expect(await codeOf(imported(join(home, 'text'), out))).toBe('target-exists')
    expect(readFileSync(out, 'utf8')).toBe('mine')
    expect(readdirSync(home).sort()).toEqual(['folder', 'new.forager', 'text'])
  })
})
