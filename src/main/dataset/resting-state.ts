import type { DatasetSummary } from '../../contract/dataset.ts'

/**
 * State of a dataset that nobody is recording: whether the run reached its target. What people left out afterwards does
 * not undo that.
 */
export function restingState({
  transitions,
  leftOutTransitions,
  target,
}: Pick<DatasetSummary, 'transitions' | 'leftOutTransitions' | 'target'>): 'ready' | 'unfinished' {
  return transitions + leftOutTransitions >= target ? 'ready' : 'unfinished'
}
