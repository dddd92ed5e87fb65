import { runSheetSchema } from '../../contract/dataset.ts'
import type { RunSheet } from '../../contract/dataset.ts'
import { ForeignFileError } from '../policy/exchange/foreign-file-error.ts'
import type { ForeignHeader } from './dataset-importer.ts'

/** The run sheet that our own exports carry, as JSON text or its value. Throws ForeignFileError when it is none. */
export function ownSheet(json: unknown): RunSheet {
  let value = json
  try {
    if (typeof json === 'string') value = JSON.parse(json)
  } catch {
    throw new ForeignFileError('damaged', 'its run sheet is not JSON')
  }
  const parsed = runSheetSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const place = parsed.error.issues[0]?.path.join('.') ?? ''
  throw new ForeignFileError('damaged', `"${place}" in its run sheet is missing or has the wrong form`)
}

/** What makes a dataset itself: the new one gets its own. */
const IDENTITY: ReadonlySet<string> = new Set([
  'format',
  'formatVersion',
  'id',
  'name',
  'target',
  'stepsPerEpisode',
  'imported',
])

/** What a new dataset takes over from the one that it was exported from. */
export function takenOver(sheet: RunSheet): ForeignHeader['sheet'] {
  const entries = Object.entries(sheet).filter(([key]) => !IDENTITY.has(key))
  return Object.fromEntries(entries) as unknown as ForeignHeader['sheet']
}
