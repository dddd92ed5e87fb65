import type { RunSheet } from '../../../contract/dataset.ts'
import type { RecordedEpisode } from '../../dataset/dataset-reader.ts'
import type { EpisodeShape } from '../../dataset/episode-data.ts'
import { columnsOf } from '../table/matrix-columns.ts'

/** What D4RL has no place for lies here; its readers load it and ignore it. */
export const OWN_GROUP = 'metadata/forager'

/** Joint angles and speeds, or coordinates and velocities of a simulator, of each row. */
export interface Kinematics {
  kind: 'float32' | 'float64'
  coordinates: number
  velocities: number
  /** [T + 1, coordinates + velocities] */
  of(episode: RecordedEpisode): Float32Array | Float64Array
}

/** What `infos/qpos` and `infos/qvel` are in this world; null in one that has neither joints nor a simulator. */
export function kinematicsOf(sheet: RunSheet, shape: EpisodeShape): Kinematics | null {
  const { simulatorState, observation } = sheet
  if (simulatorState.length > 0) {
    const velocities = simulatorState.filter(({ unit }) => unit.endsWith('/s')).length
    const coordinates = simulatorState.length - velocities
    return { kind: 'float64', coordinates, velocities, of: ({ simulatorStates }) => simulatorStates }
  }
  const from = observation.findIndex(({ name }) => name === 'q1')
  const speeds = observation.findIndex(({ name }) => name === 'dq1')
  const joints = observation.filter(({ name, unit }) => /^q\d+$/.test(name) && unit === 'rad').length
  if (from < 0 || speeds !== from + joints) return null
  return {
    kind: 'float32',
    coordinates: joints,
    velocities: joints,
    of: ({ observations }) => columnsOf(observations, shape.observationSize, from, 2 * joints),
  }
}
