import type { View, ViewCounts } from '../../../contract/view.ts'
import { problemOf } from '../../../contract/problem.ts'
import type { Problem } from '../../../contract/problem.ts'
import { refuseUnjoinable } from './joined-datasets.ts'
import { keptRanges, keptTransitions } from './kept-episodes.ts'
import { openSource, ruledPart, sourcesMissing } from './open-kept.ts'
import type { KeptPart } from './open-kept.ts'

type SourceCount = ViewCounts['sources'][number]

/** What a view takes from its sources as they are now. A source that cannot be read is named, and the others counted. */
export function countView(path: string, view: View): ViewCounts {
  const parts: KeptPart[] = []
  try {
    const sources = view.sources.map((source): SourceCount => {
      const opened = openSource(path, source)
      const { id, name } = source
      if (typeof opened === 'string')
        return {
          id,
          name,
          path: source.path,
          explorer: '',
          world: '',
          episodes: 0,
          transitions: 0,
          ofEpisodes: 0,
          ofTransitions: 0,
          problem: opened,
        }
      const part = ruledPart(opened, view)
      parts.push(part)
      const all = keptRanges(part.reader)
      const kept = { ofEpisodes: all.length, ofTransitions: keptTransitions(all) }
      const taken = { episodes: part.ranges.length, transitions: keptTransitions(part.ranges) }
      const { explorer, world } = part.reader.sheet
      return { id, name, path: part.reader.path, explorer, world, ...taken, ...kept, problem: null }
    })
    const total = (of: 'episodes' | 'transitions'): number => sources.reduce((sum, source) => sum + source[of], 0)
    return {
      sources,
      episodes: total('episodes'),
      transitions: total('transitions'),
      endReasons: endReasonsOf(parts),
      problem: problemWith(path, sources, parts),
    }
  } finally {
    for (const { reader } of parts) reader.close()
  }
}

function endReasonsOf(parts: readonly KeptPart[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { reader, ranges } of parts) {
    const ends = reader.recordedEnds()
    for (const { episode } of ranges) {
      const reason = ends.get(episode) ?? ''
      counts[reason] = (counts[reason] ?? 0) + 1
    }
  }
  return counts
}

function problemWith(path: string, sources: readonly SourceCount[], parts: readonly KeptPart[]): Problem | null {
  try {
    const missing = sources.map(({ problem }) => problem).filter((problem) => problem !== null)
    if (missing.length > 0) throw sourcesMissing(path, missing)
    refuseUnjoinable(parts.map(({ reader }) => reader))
    return null
  } catch (error) {
    return problemOf(error)
  }
}
