import type { DatasetSummary, EndReason } from '../../contract/dataset.ts'
import { END_REASONS } from '../parts/end-reasons.tsx'
import { formatNumber } from '../parts/format.ts'
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

/** How many transitions people left out; empty where all are kept. */
export const leftOutText = ({ leftOutTransitions: count }: DatasetSummary): string =>
  count > 0 ? `${formatNumber(count)} left out` : ''

/** Colour of the mark at the end of a sparkline; none for an episode that ended as planned. */
export function endMark(reason: EndReason): ColourToken | undefined {
  const { glyph } = END_REASONS[reason]
  if (glyph === 'wait') return undefined
  return glyph === 'bad' ? 'bad' : 'warn'
}

/** What made the data, short: the explorer, and the world unless it is the arm itself. `label` names explorers. */
export function madeBy(
  { explorer, world, robotSimulated }: Pick<DatasetSummary, 'explorer' | 'world' | 'robotSimulated'>,
  label: (name: string) => string,
): string {
  if (explorer === '') return 'cannot be read'
  const where = notTheArm({ world, robotSimulated })
  return where === '' ? label(explorer) : `${label(explorer)} · ${where}`
}

type Where = { world: string; robotSimulated?: boolean | undefined }

/** Where the data were made when that was no real arm; empty when it was, or when an older file does not say. */
export function notTheArm({ world, robotSimulated = false }: Where): string {
  if (world === 'panda-fci') return robotSimulated ? 'simulated' : ''
  return world === 'panda' ? 'sim' : world
}

/** A world as the form of a run names it. */
export function worldWord(world: string): string {
  if (world === 'panda-fci') return 'On the arm'
  return world === 'panda' ? 'In simulation' : world
}

/** The arm of a run sheet: a simulated one, or its address. */
export function armOfSheet({
  robot,
  robotSimulated = false,
}: {
  robot: string
  robotSimulated?: boolean | undefined
}): string {
  return robotSimulated || robot === 'in-process' ? 'simulated arm' : robot
}

/** Worlds with an arm that can be drawn. */
export const isArmWorld = (world: string): boolean => world === 'panda' || world === 'panda-fci'
