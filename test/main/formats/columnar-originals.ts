import { mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Original } from './damaged-imports.ts'
import { recordRandom } from './datasets-of-all-kinds.ts'
import { exported } from './exchange.ts'

const PARTS: Original['parts'] = [
  { file: 'meta/info.json', as: 'json' },
  { file: 'meta/info.json', as: 'bytes' },
  { file: 'meta/episodes/chunk-000/file-000.parquet', as: 'bytes' },
  { file: 'data/chunk-000/file-000.parquet', as: 'bytes' },
]

/** A small export to damage, in a folder. */
async function smallExport(home: string, format: string): Promise<string> {
  mkdirSync(home, { recursive: true })
  const path = join(home, 'small.forager')
  if (!statSync(path, { throwIfNoEntry: false }))
    recordRandom(path, { kind: 'locomotion', seed: 3, episodes: 3, longest: 6, notes: 'Ünïcode' })
  const out = join(home, 'original')
  await exported(path, format, out)
  return out
}

/** Files and folders of the columnar family that can be imported. */
export const COLUMNAR_ORIGINALS: Record<string, { format: string; make(home: string): Promise<Original> }> = {
  'LeRobot folders of ours': {
    format: 'lerobot',
    make: async (home) => ({
      path: await smallExport(home, 'lerobot'),
      parts: [...PARTS, { file: 'meta/forager.json', as: 'json' }],
    }),
  },
  'LeRobot folders of others': {
    format: 'lerobot',
    make: async (home) => {
      const path = await smallExport(home, 'lerobot')
      rmSync(join(path, 'meta/forager.json'))
      return { path, parts: PARTS }
    },
  },
  'Parquet tables': {
    format: 'parquet',
    make: async (home) => ({ path: await smallExport(home, 'parquet'), parts: [{ file: '', as: 'bytes' }] }),
  },
  'CSV tables': {
    format: 'csv',
    make: async (home) => ({ path: await smallExport(home, 'csv'), parts: [{ file: '', as: 'bytes' }] }),
  },
}
