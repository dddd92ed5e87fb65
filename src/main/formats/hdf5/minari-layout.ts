import { existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, relative, resolve, sep } from 'node:path'

/** Version of the layout; readers refuse any other string. */
export const MINARI_VERSION = '0.5.3'
export const METADATA_FILE = 'metadata.json'
export const DATA_FILE = 'main_data.hdf5'
/** Key of what only we need in their metadata; they keep unknown keys. */
export const OWN_KEY = 'forager'

/** Name of a dataset with its version. */
const NAME = /^[\w-]+-v\d+$/

export function minariNameProblem(name: string): string | null {
  if (NAME.test(name)) return null
  return 'Give the folder a name of letters, digits, _ and - that ends in -v and a number, for example panda-random-v0.'
}

/** Identifier under which Minari finds the folder: its path below Minari's own folder, or its name elsewhere. */
export function minariId(folder: string): string {
  const root = resolve(process.env.MINARI_DATASETS_PATH ?? join(homedir(), '.minari', 'datasets'))
  const below = relative(root, resolve(folder))
  const inside = below !== '' && !below.startsWith('..') && !below.includes(':')
  return inside ? below.split(sep).join('/') : (resolve(folder).split(sep).at(-1) ?? '')
}

/** Folder that holds the two files behind a path that a person gave: itself or its `data`; null when there is none. */
export function minariData(path: string): string | null {
  const folder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? path : resolve(path, '..')
  const candidates = [join(folder, 'data'), folder]
  return candidates.find((each) => existsSync(join(each, METADATA_FILE)) && existsSync(join(each, DATA_FILE))) ?? null
}
