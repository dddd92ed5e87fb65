import { existsSync } from 'node:fs'
import { DatasetReader } from './dataset-reader.ts'
import { keptRanges, keptTransitions } from './curation/kept-episodes.ts'

/** Kept transitions of the finished episodes at `path`; 0 when there is no file. Refuses as a reader does. */
export function transitionsIn(path: string): number {
  if (!existsSync(path)) return 0
  const reader = new DatasetReader(path)
  try {
    return keptTransitions(keptRanges(reader))
  } finally {
    reader.close()
  }
}
