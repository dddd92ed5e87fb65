import type { RecordedEpisode } from '../dataset/dataset-reader.ts'
import type { ActionChoice } from '../../contract/exchange.ts'

/** The actions that were chosen, [T, A], -1..1 of each action's scale. */
export function chosenActions(episode: RecordedEpisode, actions: ActionChoice): Float32Array {
  return actions === 'policy' ? episode.policyActions : episode.sentActions
}

/** The same in the unit of each action: a new array [T, A] of values times scales [A]. */
export function physicalActions(values: Float32Array, scales: readonly number[]): Float32Array {
  const size = scales.length
  return values.map((value, i) => value * scales[i % size]!)
}
