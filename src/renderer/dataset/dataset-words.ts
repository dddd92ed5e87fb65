import type { DatasetSummary, EndReason } from '../../contract/dataset.ts'
import { END_REASONS } from '../parts/end-reasons.tsx'
import type { GlyphKind } from '../parts/glyph.tsx'
import type { ColourToken } from '../plot/theme-colours.ts'

type Word = { kind: GlyphKind; word: string }

const STATE_WORDS: Record<DatasetSummary['state'], Word> = {
  recording: { kind: 'act', word: 'Recording' },
  ready: { kind: 'ok', word: 'Ready' },
  unfinished: { kind: 'hold', word: 'Not finished' },
  damaged: { kind: 'warn', word: 'Damaged' },
  missing: { kind: 'unk', word: 'Missing' },
}

export const datasetWord = ({ state }: DatasetSummary): Word => STATE_WORDS[state]

/** Colour of the mark at the end of a sparkline; none for an episode that ended as planned. */
export function endMark(reason: EndReason): ColourToken | undefined {
  const { glyph } = END_REASONS[reason]
  if (glyph === 'wait') return undefined
  return glyph === 'bad' ? 'bad' : 'warn'
}

/** What made the data, short: the explorer, and the world unless it is the arm itself. `label` names explorers. */
export function madeBy(
  { explorer, world }: Pick<DatasetSummary, 'explorer' | 'world'>,
  label: (name: string) => string,
): string {
  if (explorer === '') return 'cannot be read'
  if (world === 'panda-fci') return label(explorer)
  return `${label(explorer)} · ${world === 'panda' ? 'sim' : world}`
}

/** Worlds with an arm that can be drawn. */
export const isArmWorld = (world: string): boolean => world === 'panda' || world === 'panda-fci'
