import type { RunSheet } from '../../../contract/dataset.ts'
import { armWorldNameSchema } from '../../../contract/world.ts'
import type { RecordedEpisode } from '../../dataset/dataset-reader.ts'
import type { ActionChoice } from '../../../contract/exchange.ts'

export type StepValue = number | bigint | string | null

/**
 * One column of the table with a row per step that CSV and Parquet files hold. An episode of T steps has T + 1 rows: each
 * one an observation and what was then done; the last one is the last observation, with nothing done, and with how the
 * episode ended.
 */
export interface StepColumn {
  name: string
  /** Empty for a number without one. */
  unit: string
  type: 'int32' | 'int64' | 'float32' | 'float64' | 'text'
  /** Some rows have no value. */
  nullable: boolean
  /** Of row t, 0 <= t <= T. */
  at(episode: RecordedEpisode, t: number): StepValue
}

/** Names of the two kinds of actions: `action` is the one that was chosen, the other one is named by its kind. */
export function actionPrefixes(actions: ActionChoice): { policy: string; sent: string } {
  return actions === 'policy' ? { policy: 'action', sent: 'action_sent' } : { policy: 'action_policy', sent: 'action' }
}

/** True in a world whose episodes have a tool tip. */
export function hasTooltip(sheet: Pick<RunSheet, 'world'>): boolean {
  return armWorldNameSchema.safeParse(sheet.world).success
}

/** The columns of a dataset, in the order in which they are written. Numbers are SI. */
export function stepColumns(sheet: RunSheet, actions: ActionChoice): StepColumn[] {
  const { observation, action, simulatorState } = sheet
  const prefixes = actionPrefixes(actions)
  const S = observation.length
  const A = action.length
  const Q = simulatorState.length
  return [
    { name: 'episode', unit: '', type: 'int32', nullable: false, at: ({ episode }) => episode },
    { name: 'step', unit: '', type: 'int32', nullable: false, at: (_, t) => t },
    { name: 'time', unit: 's', type: 'float64', nullable: false, at: secondsSinceStart },
    { name: 'tick_time', unit: 'ns', type: 'int64', nullable: false, at: ({ tickTimes }, t) => tickTimes[t]! },
    ...observation.map(({ name, unit }, i) =>
      instant(`observation.${name}`, unit, 'float32', ({ observations }, t) => observations[t * S + i]!),
    ),
    ...action.map(({ name, unit, scale }, i) =>
      perStep(`${prefixes.policy}.${name}`, unit, 'float32', ({ policyActions }, t) =>
        Math.fround(policyActions[t * A + i]! * scale),
      ),
    ),
    ...action.map(({ name, unit, scale }, i) =>
      perStep(`${prefixes.sent}.${name}`, unit, 'float32', ({ sentActions }, t) =>
        Math.fround(sentActions[t * A + i]! * scale),
      ),
    ),
    ...(hasTooltip(sheet) ? ['x', 'y', 'z'] : []).map((axis, i) =>
      instant(`tip.${axis}`, 'm', 'float32', ({ tooltip }, t) => tooltip[3 * t + i]!),
    ),
    ...(sheet.hasReward ? [perStep('reward', '', 'float32', ({ rewards }, t) => rewards[t]!)] : []),
    ...simulatorState.map(({ name, unit }, i) =>
      instant(`simulator.${name}`, unit, 'float64', ({ simulatorStates }, t) => simulatorStates[t * Q + i]!),
    ),
    perStep('flags', '', 'int32', ({ flags }, t) => flags[t]!),
    atEnd('end_reason', '', 'text', ({ endReason }) => endReason),
    atEnd('end_message', '', 'text', ({ end }) => end.message),
    atEnd('stop_code', '', 'text', ({ end }) => end.stopCode),
    atEnd('stop_title', '', 'text', ({ end }) => end.stopTitle),
    atEnd('started_at', 'ms', 'int64', ({ startedAtMs }) => BigInt(startedAtMs)),
    atEnd('skill', '', 'int32', ({ skill }) => skill),
  ]
}

type Type = StepColumn['type']

function secondsSinceStart({ tickTimes }: RecordedEpisode, t: number): number {
  return Number(tickTimes[t]! - tickTimes[0]!) / 1e9
}

function instant(name: string, unit: string, type: Type, at: StepColumn['at']): StepColumn {
  return { name, unit, type, nullable: false, at }
}

function perStep(name: string, unit: string, type: Type, of: StepColumn['at']): StepColumn {
  return { name, unit, type, nullable: true, at: (episode, t) => (t < episode.steps ? of(episode, t) : null) }
}

function atEnd(name: string, unit: string, type: Type, of: (episode: RecordedEpisode) => StepValue): StepColumn {
  return { name, unit, type, nullable: true, at: (episode, t) => (t === episode.steps ? of(episode) : null) }
}

/** What a table of steps cannot hold, whatever file it is in. */
export function tableLosses(sheet: RunSheet): string[] {
  return ['The state of the explorer: the run cannot be continued from this file.', ...scaleLosses(sheet)]
}

/** Multiplying by anything but a power of two rounds. */
export function scaleLosses({ action }: Pick<RunSheet, 'action'>): string[] {
  if (action.every(({ scale }) => Number.isInteger(Math.log2(Math.abs(scale))))) return []
  return ['Actions are written in their units: divided by their scale again, some differ in the last bit.']
}
