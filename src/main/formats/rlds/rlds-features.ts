import type { RunSheet } from '../../../contract/dataset.ts'
import type { RecordedEpisode } from '../../dataset/dataset-reader.ts'
import { hasTooltip } from '../table/step-columns.ts'

/** One field of a step. The last step of an episode has an observation and zeros for everything that was then done. */
export interface StepField {
  /** Path within a step, its parts joined by `/`. */
  name: string
  type: 'float32' | 'bool' | 'int64'
  /** Empty for a number alone. */
  shape: readonly number[]
  description: string
  /** All T + 1 steps one after another. */
  values(episode: RecordedEpisode, scales: readonly number[]): Float32Array | Uint8Array | BigInt64Array
}

/**
 * Fields of a step by the names of DROID's schema (Khazatsky et al. 2024), as far as the world has them: of an arm the
 * joint positions and velocities and the tool tip, of any other world its observation as a whole.
 */
export function stepFields(sheet: RunSheet, actions: 'policy' | 'sent'): StepField[] {
  const A = sheet.action.length
  const units = [...new Set(sheet.action.map(({ unit }) => unit))].join(', ')
  const other = actions === 'policy' ? 'sent' : 'policy'
  const words = { policy: 'what the policy asked for', sent: 'what the supervisor let through' }
  const action = (which: 'policy' | 'sent', name: string): StepField => ({
    name,
    type: 'float32',
    shape: [A],
    description: `Joint order as in the run sheet, ${units}: ${words[which]}. Zeros on the last step.`,
    values: (episode, scales) =>
      paddedActions(which === 'policy' ? episode.policyActions : episode.sentActions, scales),
  })
  return [
    ...observationFields(sheet),
    action(actions, 'action'),
    action(other, `action_dict/${hasTooltip(sheet) ? 'joint_velocity' : 'action'}_${other}`),
    flag('is_first', 'First step of the episode.', (_, t) => t === 0),
    flag('is_last', 'Last step: an observation without an action.', ({ steps }, t) => t === steps),
    flag('is_terminal', 'The decision process ended here; a last step without it was truncated.', (episode, t) =>
      t === episode.steps ? episode.endReason === 'terminal' : false,
    ),
    scalar('reward', 'Of this action; 0 in a world without rewards.', ({ rewards, steps }, t) =>
      t < steps ? (rewards[t] ?? 0) : 0,
    ),
    scalar('discount', '0 after a terminal step, else 1.', ({ steps, endReason }, t) =>
      t >= steps - 1 && endReason === 'terminal' ? 0 : 1,
    ),
    {
      name: 'flags',
      type: 'int64',
      shape: [],
      description: 'Bits of what happened during the step (clipped, slowed, late, ...); 0 on the last step.',
      values: ({ flags, steps }) => BigInt64Array.from({ length: steps + 1 }, (_, t) => BigInt(flags[t] ?? 0)),
    },
    {
      name: 'tick_time_ns',
      type: 'int64',
      shape: [],
      description: 'Monotonic clock at the observation, ns.',
      values: ({ tickTimes }) => tickTimes,
    },
  ]
}

function observationFields(sheet: RunSheet): StepField[] {
  const S = sheet.observation.length
  if (!hasTooltip(sheet))
    return [
      {
        name: 'observation/state',
        type: 'float32',
        shape: [S],
        description: sheet.observation.map(({ name, unit }) => (unit === '' ? name : `${name} [${unit}]`)).join(', '),
        values: ({ observations }) => observations,
      },
    ]
  const positions = sheet.observation.filter(({ unit }) => unit === 'rad').length
  return [
    part('observation/joint_position', 'Joint angles, rad.', S, 0, positions),
    part('observation/joint_velocity', 'Joint velocities, rad/s.', S, positions, S),
    {
      name: 'observation/tip_position',
      type: 'float32',
      shape: [3],
      description: 'Tool tip in the base frame, m.',
      values: ({ tooltip }) => tooltip,
    },
  ]
}

/** Columns [from, to) of the observations. */
function part(name: string, description: string, width: number, from: number, to: number): StepField {
  return {
    name,
    type: 'float32',
    shape: [to - from],
    description,
    values: ({ observations }) => {
      const rows = observations.length / width
      const values = new Float32Array(rows * (to - from))
      for (let t = 0; t < rows; t++)
        values.set(observations.subarray(t * width + from, t * width + to), t * (to - from))
      return values
    },
  }
}

function paddedActions(actions: Float32Array, scales: readonly number[]): Float32Array {
  const values = new Float32Array(actions.length + scales.length)
  for (let i = 0; i < actions.length; i++) values[i] = actions[i]! * scales[i % scales.length]!
  return values
}

function flag(name: string, description: string, at: (episode: RecordedEpisode, t: number) => boolean): StepField {
  const values = (episode: RecordedEpisode): Uint8Array =>
    Uint8Array.from({ length: episode.steps + 1 }, (_, t) => (at(episode, t) ? 1 : 0))
  return { name, type: 'bool', shape: [], description, values }
}

function scalar(name: string, description: string, at: (episode: RecordedEpisode, t: number) => number): StepField {
  const values = (episode: RecordedEpisode): Float32Array =>
    Float32Array.from({ length: episode.steps + 1 }, (_, t) => at(episode, t))
  return { name, type: 'float32', shape: [], description, values }
}
