import { create } from 'zustand'
import type { StepRange } from '../../../contract/curation.ts'

/** A trim that is being made and is not stored yet. */
interface TrimDraft {
  /** Episode it is of, as `EpisodeScreen` names it; null while nobody trims. */
  subject: string | null
  range: StepRange
}

const NOBODY: TrimDraft = { subject: null, range: { from: 0, to: 1 } }

const useDraft = create<TrimDraft>(() => NOBODY)

/** The draft for this episode; null while it is not being trimmed. */
export const useTrimDraft = (subject: string): StepRange | null =>
  useDraft((state) => (state.subject === subject ? state.range : null))

export const draftTrim = (subject: string, range: StepRange): void => useDraft.setState({ subject, range })

export const endTrim = (): void => useDraft.setState(NOBODY)

/** The range with one end moved to a step, at least one step long and inside 0..steps. */
export function withEnd(range: StepRange, end: keyof StepRange, step: number, steps: number): StepRange {
  if (end === 'from') return { ...range, from: Math.max(0, Math.min(range.to - 1, step)) }
  return { ...range, to: Math.min(steps, Math.max(range.from + 1, step)) }
}
