import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ProblemError, refusal } from '../../../contract/problem.ts'
import type { View, ViewSource } from '../../../contract/view.ts'
import { DATASET_EXTENSION } from '../../platform/dataset-name.ts'
import { DatasetReader } from '../dataset-reader.ts'
import { keptRanges } from './kept-episodes.ts'
import type { KeptRange } from './kept-range.ts'
import { isViewPath, readView, sourcePath } from './view-file.ts'
import { rangesByRules } from './view-rules.ts'

/** A dataset and which of its steps are meant. The reader holds its state; whoever opened the part closes it. */
export interface KeptPart {
  reader: DatasetReader
  ranges: KeptRange[]
}

/** What a dataset file or a view stands for: one part, or one for each source of the view, in its order. */
export function openKept(path: string): KeptPart[] {
  if (isViewPath(path)) return openView(path, readView(path))
  const reader = new DatasetReader(path)
  reader.holdState()
  return [{ reader, ranges: keptRanges(reader) }]
}

/** The sources of a view with its rules applied. Refuses with `view-source-missing`, which names all that are missing. */
export function openView(path: string, view: View): KeptPart[] {
  const parts: KeptPart[] = []
  const missing: string[] = []
  try {
    for (const source of view.sources) {
      const found = openSource(path, source)
      if (typeof found === 'string') missing.push(found)
      else parts.push(ruledPart(found, view))
    }
    if (missing.length > 0) throw sourcesMissing(path, missing)
    return parts
  } catch (error) {
    for (const { reader } of parts) reader.close()
    throw error
  }
}

export function ruledPart(reader: DatasetReader, view: Pick<View, 'rules'>): KeptPart {
  try {
    reader.holdState()
    const { sheet } = reader
    const source = { sheet, curation: reader.curation(), ranges: keptRanges(reader), endReasons: reader.recordedEnds() }
    return { reader, ranges: rangesByRules(source, view.rules) }
  } catch (error) {
    reader.close()
    throw error
  }
}

/** The dataset that a view means, also when its file was renamed within its folder; else a sentence why there is none. */
export function openSource(viewPath: string, source: ViewSource): DatasetReader | string {
  const path = sourcePath(viewPath, source)
  const there = openIf(path, source.id)
  if (there instanceof DatasetReader) return there
  for (const folder of new Set([dirname(path), dirname(viewPath)])) {
    for (const other of datasetsIn(folder)) {
      const renamed = other === path ? null : openIf(other, source.id)
      if (renamed instanceof DatasetReader) return renamed
    }
  }
  if (there === 'other') return `${source.name}: another dataset lies at ${path}`
  if (there === null) return `${source.name}: there is no file ${path}`
  return `${source.name}: ${there}`
}

/** Null: no file. `other`: another dataset. Any other text: why it cannot be read. */
function openIf(path: string, id: string): DatasetReader | string | null {
  if (!statSync(path, { throwIfNoEntry: false })) return null
  try {
    const reader = new DatasetReader(path)
    if (reader.sheet.id === id) return reader
    reader.close()
    return 'other'
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.message
    throw error
  }
}

function datasetsIn(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith(DATASET_EXTENSION) && !name.startsWith('.'))
    .map((name) => join(folder, name))
}

export function sourcesMissing(path: string, missing: readonly string[]): Error {
  return refusal(
    'view-source-missing',
    `${path} needs ${missing.length === 1 ? 'a dataset that is' : 'datasets that are'} not there. ${missing.join('. ')}. Nothing is read.`,
    'Bring the files back, restore them from the trash, or make a view of the others.',
  )
}
