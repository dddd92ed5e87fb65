import type { RunSheet } from '../../../contract/dataset.ts'
import type { ActionChoice } from '../../../contract/exchange.ts'
import type { RecordedEpisode } from '../../dataset/dataset-reader.ts'
import { physicalActions } from '../chosen-actions.ts'
import { hasTooltip } from '../table/step-columns.ts'

/** Where an episode stands among those that are written. */
export interface EpisodePlace {
  /** From 0, without holes. */
  index: number
  /** Frames before it. */
  from: number
}

/** One column of the frames: a number, or a row of numbers. */
export interface Feature {
  name: string
  dtype: 'float32' | 'float64' | 'int64' | 'bool'
  width: number
  names: readonly string[] | null
  /** [T, width] */
  values(episode: RecordedEpisode, place: EpisodePlace): Float32Array | Float64Array | BigInt64Array | Uint8Array
}

/** The task is none: the text stands where LeRobot wants one. */
export const TASK = 'Explore: no task was given while these data were recorded.'

/** Frames per second; a whole number where the period allows it. */
export function framesPerSecond({ stepPeriodS }: Pick<RunSheet, 'stepPeriodS'>): number {
  const rate = 1 / stepPeriodS
  return Math.abs(rate - Math.round(rate)) < 1e-6 * rate ? Math.round(rate) : rate
}

/** `q3` of an arm is `joint_3.pos` and `dq3` is `joint_3.vel`, as LeRobot names motors; other names stay. */
function motorName(name: string, ofArm: boolean): string {
  const [, speed, joint] = (ofArm && /^(d?)q(\d)$/.exec(name)) || []
  return joint === undefined ? name : `joint_${joint}.${speed === 'd' ? 'vel' : 'pos'}`
}

/**
 * The features of a dataset in LeRobot's format, version 3.0. `action` is the chosen one, the other one stands beside it.
 * A frame is an observation and what was then done; the observation after the last action has no frame.
 */
export function lerobotFeatures(sheet: RunSheet, actions: ActionChoice): Feature[] {
  const arm = hasTooltip(sheet)
  const scales = sheet.action.map(({ scale }) => scale)
  const state = sheet.observation.map(({ name }) => motorName(name, arm))
  const motors = sheet.action.map(({ name }) => motorName(name, arm))
  const S = state.length
  const Q = sheet.simulatorState.length
  const fps = framesPerSecond(sheet)
  const other = actions === 'policy' ? 'sent' : 'policy'
  const of = (which: ActionChoice): Feature['values'] =>
    which === 'policy'
      ? ({ policyActions }) => physicalActions(policyActions, scales)
      : ({ sentActions }) => physicalActions(sentActions, scales)
  return [
    wide('observation.state', 'float32', state, ({ observations, steps }) => observations.subarray(0, steps * S)),
    ...(arm
      ? [
          wide('observation.environment_state', 'float32', ['tip.x', 'tip.y', 'tip.z'], ({ tooltip, steps }) =>
            tooltip.subarray(0, 3 * steps),
          ),
        ]
      : []),
    wide('action', 'float32', motors, of(actions)),
    wide(`action.${other}`, 'float32', motors, of(other)),
    ...(sheet.hasReward ? [single('next.reward', 'float32', ({ rewards }) => rewards)] : []),
    single('next.done', 'bool', (episode) => lastOnly(episode, true)),
    single('next.truncated', 'bool', (episode) => lastOnly(episode, episode.endReason !== 'terminal')),
    ...(Q > 0
      ? [
          wide(
            'observation.simulator_state',
            'float64',
            sheet.simulatorState.map(({ name }) => name),
            ({ simulatorStates, steps }) => simulatorStates.subarray(0, steps * Q),
          ),
        ]
      : []),
    single('tick_time_ns', 'int64', ({ tickTimes, steps }) => tickTimes.subarray(0, steps)),
    single('step_flags', 'int64', ({ flags }) => BigInt64Array.from(flags, BigInt)),
    single('timestamp', 'float32', ({ steps }) => Float32Array.from({ length: steps }, (_, t) => t / fps)),
    single('frame_index', 'int64', ({ steps }) => counting(steps, 0)),
    single('episode_index', 'int64', ({ steps }, { index }) => new BigInt64Array(steps).fill(BigInt(index))),
    single('index', 'int64', ({ steps }, { from }) => counting(steps, from)),
    single('task_index', 'int64', ({ steps }) => new BigInt64Array(steps)),
  ]
}

function wide(name: string, dtype: Feature['dtype'], names: readonly string[], values: Feature['values']): Feature {
  return { name, dtype, width: names.length, names, values }
}

function single(name: string, dtype: Feature['dtype'], values: Feature['values']): Feature {
  return { name, dtype, width: 1, names: null, values }
}

function lastOnly({ steps }: RecordedEpisode, value: boolean): Uint8Array {
  const values = new Uint8Array(steps)
  values[steps - 1] = value ? 1 : 0
  return values
}

function counting(length: number, from: number): BigInt64Array {
  const values = new BigInt64Array(length)
  for (let i = 0; i < length; i++) values[i] = BigInt(from + i)
  return values
}
