import type { EndReason } from '../../../contract/dataset.ts'
import type { Curation } from './curation-fold.ts'
import type { EpisodeShape, EpisodeSignals } from '../episode-data.ts'

/** What is kept of one episode: steps (from, to], observations from..to of the `recorded` steps. */
export interface KeptRange {
  episode: number
  recorded: number
  from: number
  to: number
}

/** A recorded episode, in order of its number. */
export interface EpisodeLength {
  episode: number
  steps: number
}

/** The kept part of an episode of so many recorded steps; null when it is excluded. */
export function keptRange(curation: Curation, { episode, steps }: EpisodeLength): KeptRange | null {
  if (curation.excluded.has(episode)) return null
  const { from, to } = curation.trims.get(episode) ?? { from: 0, to: steps }
  return { episode, recorded: steps, from, to }
}

/** Kept episodes in order, with the kept part of each. */
export function keptRangesOf(lengths: readonly EpisodeLength[], curation: Curation): KeptRange[] {
  return lengths.map((length) => keptRange(curation, length)).filter((range) => range !== null)
}

export const wholeRange = ({ episode, steps }: EpisodeLength): KeptRange => ({
  episode,
  recorded: steps,
  from: 0,
  to: steps,
})

export const isWhole = ({ from, to, recorded }: KeptRange): boolean => from === 0 && to === recorded

/** Whatever ended the recorded episode, one that is cut before is a truncation, and a person made it. */
export function keptEndReason(
  recorded: EndReason,
  { to, recorded: steps }: Pick<KeptRange, 'to' | 'recorded'>,
): EndReason {
  return to < steps ? 'operator-stop' : recorded
}

/** The kept part of a recorded episode that was read: its T steps and T + 1 observations. Views, not copies. */
export function keptPart<T extends EpisodeSignals & { steps: number; endReason: EndReason }>(
  whole: T,
  range: KeptRange,
  shape: EpisodeShape,
): T {
  if (isWhole(range)) return whole
  const { from, to } = range
  const { observationSize: S, actionSize: A, rewardSize: R, simulatorStateSize: Q } = shape
  return {
    ...whole,
    steps: to - from,
    endReason: keptEndReason(whole.endReason, range),
    observations: whole.observations.subarray(from * S, (to + 1) * S),
    policyActions: whole.policyActions.subarray(from * A, to * A),
    sentActions: whole.sentActions.subarray(from * A, to * A),
    tooltip: whole.tooltip.subarray(from * 3, (to + 1) * 3),
    tickTimes: whole.tickTimes.subarray(from, to + 1),
    flags: whole.flags.subarray(from, to),
    rewards: whole.rewards.subarray(from * R, to * R),
    simulatorStates: whole.simulatorStates.subarray(from * Q, (to + 1) * Q),
  }
}
