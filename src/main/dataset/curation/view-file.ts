import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
import { viewSchema } from '../../../contract/view.ts'
import type { View, ViewRules } from '../../../contract/view.ts'
import { refusal } from '../../../contract/problem.ts'
import { writeDurably } from '../../platform/durable-file.ts'
import { DatasetReader } from '../dataset-reader.ts'
import { refuseMissingFolder } from '../dataset-format.ts'

export const VIEW_EXTENSION = '.forager-view'

/** A view is small; what is larger is none, and is not read. */
const MOST_BYTES = 4 << 20

export const isViewPath = (path: string): boolean => path.endsWith(VIEW_EXTENSION)

export const viewNameOf = (path: string): string => basename(path, VIEW_EXTENSION)

/** Reads a view. Refuses with `view-missing`, `view-newer` or `not-a-view`. */
export function readView(path: string): View {
  const json = readJson(path)
  const version = (json as { formatVersion?: unknown } | null)?.formatVersion
  if (typeof version === 'number' && version > 1)
    throw refusal(
      'view-newer',
      `${path} has view format ${version}; this Forager reads up to 1. The file is unchanged.`,
      'Open it with the Forager that wrote it, or update this one.',
    )
  const parsed = viewSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw refusal(
    'not-a-view',
    `${path} is not a view: ${issue?.path.join('.') || 'its content'} is missing or has the wrong form. The file is unchanged.`,
    'Choose a file that Forager wrote, or make the view anew.',
    parsed.error.message,
  )
}

function readJson(path: string): unknown {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw refusal('view-missing', `There is no view at ${path}.`, 'Check the path.', String(error))
  }
  if (bytes.byteLength > MOST_BYTES) return null
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return null
  }
}

/** A view of datasets that can be read; it will lie at `path`. Refuses as a reader does. */
export function newView(path: string, datasetPaths: readonly string[], rules: ViewRules, operator: string): View {
  const folder = dirname(resolve(path))
  const sources = datasetPaths.map((each) => {
    const source = resolve(each)
    const reader = new DatasetReader(source)
    try {
      const beside = dirname(source) === folder
      return { id: reader.sheet.id, name: reader.sheet.name, path: beside ? relative(folder, source) : source }
    } finally {
      reader.close()
    }
  })
  return {
    format: 'forager-view',
    formatVersion: 1,
    id: randomUUID(),
    name: viewNameOf(path),
    sources,
    rules,
    operator,
    createdAt: Date.now(),
  }
}

/** Writes a new view; refuses with `view-exists`, `folder-missing` or `bad-name`, so that none is ever overwritten. */
export function writeView(path: string, view: View): void {
  refuseMissingFolder(resolve(path))
  const parsed = viewSchema.safeParse(view)
  if (!parsed.success)
    throw refusal(
      'bad-name',
      `This view cannot be saved: ${parsed.error.issues[0]?.message ?? 'it is not complete'} Nothing is written.`,
      'Give another name or other rules.',
    )
  if (existsSync(path))
    throw refusal('view-exists', `There is a view at ${path} already. It is unchanged.`, 'Give another name.')
  writeDurably(path, JSON.stringify(parsed.data, null, 2) + '\n')
}

/** Where the sources of a view should lie. */
export const sourcePath = (viewPath: string, source: { path: string }): string =>
  resolve(dirname(resolve(viewPath)), source.path)
