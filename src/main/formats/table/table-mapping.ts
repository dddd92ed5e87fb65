import { ForeignFileError } from '../../policy/exchange/foreign-file-error.ts'

/** A column of a foreign table. */
export interface TableColumn {
  name: string
  /** As the head or the footer says; empty where it does not. */
  unit: string
  /** Numbers in a row of it: more than 1 in a column of lists. */
  width: number
}

/** One number per row: a column, or one place in a column of lists. */
export interface MappedNumber {
  column: string
  /** Null in a column of single values. */
  at: number | null
  /** Without the prefix that says what it is. */
  name: string
  unit: string
}

/** What each column of a table is taken for. */
export interface TableMapping {
  observation: MappedNumber[]
  action: MappedNumber[]
  /** Of the other kind than `action`; empty where there is one kind. */
  otherAction: MappedNumber[]
  /** `action` is what was sent, and `otherAction` what the policy asked for. */
  actionIsSent: boolean
  nextObservation: MappedNumber[]
  tip: MappedNumber[]
  simulator: MappedNumber[]
  /** Columns of a single value, by what they mean. */
  single: Partial<Record<SingleMeaning, TableColumn>>
  /** Columns that are not read. */
  unused: string[]
}

const SINGLES = {
  episode: ['episode', 'episode_index', 'episode_id', 'ep', 'traj', 'trajectory', 'trajectory_id'],
  step: ['step', 'frame_index', 'timestep', 'step_index', 't'],
  tickTime: ['tick_time', 'tick_time_ns'],
  time: ['time', 'time_s', 'timestamp', 'seconds'],
  reward: ['reward', 'rewards', 'next.reward'],
  terminal: ['terminal', 'terminals', 'terminated', 'termination', 'terminations', 'is_terminal', 'done', 'next.done'],
  flags: ['flags', 'step_flags'],
  endReason: ['end_reason'],
  endMessage: ['end_message'],
  stopCode: ['stop_code'],
  stopTitle: ['stop_title'],
  startedAt: ['started_at'],
  skill: ['skill'],
} as const
export type SingleMeaning = keyof typeof SINGLES

const GROUPS = {
  observation: ['observation', 'observations', 'obs', 'state', 'states', 'observation.state'],
  policy: ['action_policy', 'policy_action', 'asked'],
  sent: ['action_sent', 'sent_action', 'sent'],
  action: ['action', 'actions', 'act'],
  nextObservation: ['next_observation', 'next_observations', 'next_obs', 'next_state'],
  tip: ['tip', 'tooltip'],
  simulator: ['simulator', 'observation.simulator_state'],
} as const
type Group = keyof typeof GROUPS

/**
 * What the columns of a table mean, told by their names: exactly those that the exports write, and the usual ones of other
 * tools (`obs_0`, `actions.3`, `terminated`, `timestamp`, ...). Throws ForeignFileError when there is no observation or no
 * action among them.
 */
export function guessMapping(columns: readonly TableColumn[]): TableMapping {
  const groups: Record<Group, MappedNumber[]> = {
    observation: [],
    policy: [],
    sent: [],
    action: [],
    nextObservation: [],
    tip: [],
    simulator: [],
  }
  const single: TableMapping['single'] = {}
  const unused: string[] = []
  for (const column of columns) {
    const meaning = column.width === 1 ? singleMeaning(column.name) : null
    const grouped = groupOf(column)
    if (meaning !== null && single[meaning] === undefined) single[meaning] = column
    else if (grouped) groups[grouped.group].push(...grouped.numbers)
    else unused.push(column.name)
  }
  const { observation, nextObservation, tip, simulator } = groups
  const actions = chooseActions(groups)
  if (observation.length === 0) throw new ForeignFileError('unfit', 'none of its columns is named as an observation')
  if (actions.action.length === 0) throw new ForeignFileError('unfit', 'none of its columns is named as an action')
  return { observation, ...actions, nextObservation, tip: tip.length === 3 ? tip : [], simulator, single, unused }
}

function singleMeaning(name: string): SingleMeaning | null {
  const word = name.toLowerCase()
  const found = Object.entries(SINGLES).find(([, words]) => (words as readonly string[]).includes(word))
  return (found?.[0] as SingleMeaning | undefined) ?? null
}

/** `action.dq1`, `action_0` or a list named `action`; the bare names of an arm's joints are observations. */
function groupOf({ name, unit, width }: TableColumn): { group: Group; numbers: MappedNumber[] } | null {
  for (const [group, words] of Object.entries(GROUPS) as [Group, readonly string[]][]) {
    for (const word of words) {
      if (name.toLowerCase() === word && width > 1) {
        const numbers = Array.from({ length: width }, (_, at) => ({ column: name, at, name: `${word}_${at}`, unit }))
        return { group, numbers }
      }
      const rest = /^[._[\s]+(.+?)\]?$/.exec(name.slice(word.length))?.[1]
      if (name.toLowerCase().startsWith(word) && rest !== undefined && width === 1 && !belongsElsewhere(name, group))
        return { group, numbers: [{ column: name, at: null, ...withoutUnit(rest, unit) }] }
    }
  }
  if (width > 1 || !/^d?q[1-7](_rad|_rad_per_s)?$/.test(name)) return null
  return { group: 'observation', numbers: [{ column: name, at: null, ...withoutUnit(name, unit) }] }
}

/** `action_sent.dq1` begins with `action` as well; the longer prefix counts. */
function belongsElsewhere(name: string, group: Group): boolean {
  const word = name.toLowerCase()
  return (
    (group === 'action' && [...GROUPS.policy, ...GROUPS.sent].some((other) => word.startsWith(other))) ||
    (group === 'observation' && word.startsWith('observation.simulator_state'))
  )
}

/** `tip_x_m` and `q1_rad` carry their unit as a word. */
function withoutUnit(name: string, unit: string): { name: string; unit: string } {
  const [, plain, word] = /^(.+?)_(rad_per_s|rad|m)$/.exec(name) ?? []
  if (plain === undefined || word === undefined) return { name, unit }
  return { name: plain, unit: unit || word.replace('_per_', '/') }
}

function chooseActions({
  action,
  policy,
  sent,
}: Record<Group, MappedNumber[]>): Pick<TableMapping, 'action' | 'otherAction' | 'actionIsSent'> {
  const fits = (other: MappedNumber[], one: MappedNumber[]): MappedNumber[] =>
    other.length === one.length ? other : []
  if (action.length > 0 && policy.length > 0)
    return { action, otherAction: fits(policy, action), actionIsSent: policy.length === action.length }
  if (action.length > 0) return { action, otherAction: fits(sent, action), actionIsSent: false }
  if (policy.length > 0) return { action: policy, otherAction: fits(sent, policy), actionIsSent: false }
  return { action: sent, otherAction: [], actionIsSent: false }
}

/** The columns that are read. */
export function usedColumns(mapping: TableMapping): string[] {
  const { observation, action, otherAction, nextObservation, tip, simulator, single } = mapping
  const numbers = [observation, action, otherAction, nextObservation, tip, simulator].flat()
  const names = [...numbers.map(({ column }) => column), ...Object.values(single).map(({ name }) => name)]
  return [...new Set(names)]
}
