import { createHash } from 'node:crypto'
import type { EndReason, RunSheet } from '../../../contract/dataset.ts'
import type { ViewRules } from '../../../contract/view.ts'
import type { Curation } from './curation-fold.ts'
import type { KeptRange } from './kept-range.ts'

/** What the rules are applied to: a source and the kept parts of its episodes. */
export interface RuledSource {
  sheet: Pick<RunSheet, 'id' | 'explorer'>
  curation: Pick<Curation, 'episodeTags' | 'tags'>
  ranges: readonly KeptRange[]
  /** End reasons as recorded, by episode. */
  endReasons: ReadonlyMap<number, EndReason>
}

/** The ranges that fulfil every rule, in order. */
export function rangesByRules(source: RuledSource, rules: ViewRules): KeptRange[] {
  const { sheet, curation, endReasons } = source
  if (rules.explorers.length > 0 && !rules.explorers.includes(sheet.explorer)) return []
  return source.ranges.filter(({ episode, from, to }) => {
    const steps = to - from
    if (rules.minSteps !== null && steps < rules.minSteps) return false
    if (rules.maxSteps !== null && steps > rules.maxSteps) return false
    const reason = endReasons.get(episode)
    if (rules.endReasons.length > 0 && (reason === undefined || !rules.endReasons.includes(reason))) return false
    const tags = [...curation.tags, ...(curation.episodeTags.get(episode) ?? [])]
    if (rules.tags.length > 0 && !rules.tags.some((tag) => tags.includes(tag))) return false
    if (rules.withoutTags.some((tag) => tags.includes(tag))) return false
    const { split } = rules
    if (split === null) return true
    const place = placeOf(split.seed, sheet.id, episode)
    return place >= split.from && place < split.to
  })
}

/** Place of an episode between 0 (included) and 1, even over episodes: the first 48 bits of a SHA-256. */
export function placeOf(seed: number, datasetId: string, episode: number): number {
  const hash = createHash('sha256').update(`${seed}|${datasetId}|${episode}`).digest()
  return hash.readUIntBE(0, 6) / 2 ** 48
}
