import type { DatasetSummary, EndReason } from '../../contract/dataset.ts'
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

type EndWord = Word & {
  /** In the bar of end reasons. */
  colour: ColourToken
  /** Mark at the end of a sparkline; none for an episode that ended as planned. */
  mark?: ColourToken
}

const END_WORDS: Record<EndReason, EndWord> = {
  'step-limit': { kind: 'wait', word: 'Full length', colour: 't2' },
  terminal: { kind: 'wait', word: 'Terminal', colour: 'd4' },
  'safety-limit': { kind: 'warn', word: 'Safety limit', colour: 'warn', mark: 'warn' },
  reflex: { kind: 'bad', word: 'Reflex', colour: 'bad', mark: 'bad' },
  'operator-stop': { kind: 'hold', word: 'Stopped by operator', colour: 'd3', mark: 'warn' },
  'reset-interrupted': { kind: 'hold', word: 'Reset interrupted', colour: 'd6', mark: 'warn' },
  crash: { kind: 'unk', word: 'Cut by a crash', colour: 'edge', mark: 'unk' },
}

export const endWord = (reason: EndReason): EndWord => END_WORDS[reason]

/** In the order in which they are always listed. */
export const END_REASONS = Object.keys(END_WORDS) as EndReason[]

/** What made the data, short: the explorer, and the world unless it is the arm itself. `label` names explorers. */
export function madeBy(
  { explorer, world }: Pick<DatasetSummary, 'explorer' | 'world'>,
  label: (name: string) => string,
): string {
  if (world === 'panda-fci') return label(explorer)
  return `${label(explorer)} · ${world === 'panda' ? 'simulated' : world}`
}

/** Worlds with an arm that can be drawn. */
export const isArmWorld = (world: string): boolean => world === 'panda' || world === 'panda-fci'
