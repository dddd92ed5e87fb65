import { endReasonSchema } from '../../../contract/dataset.ts'
import type { EndReason } from '../../../contract/dataset.ts'
import { ForeignFileError } from '../../policy/exchange/foreign-file-error.ts'
import type { ForeignEpisode } from '../dataset-importer.ts'
import { ParquetInput } from '../table/parquet-input.ts'
import type { ColumnValues } from '../table/parquet-input.ts'

interface Column {
  name: string
  width: number
}

/** Features of a folder by what they mean; null where there is none. */
export interface LerobotColumns {
  observation: Column
  action: Column
  /** The other kind of action. */
  other: Column | null
  actionIsSent: boolean
  tip: Column | null
  reward: Column | null
  done: Column | null
  truncated: Column | null
  tickTime: Column | null
  flags: Column | null
  simulator: Column | null
  observationNames: string[]
  actionNames: string[]
}

/** A row of `meta/episodes`; what our export adds is null in a folder of another tool. */
interface EpisodeFacts {
  length: number
  own: OwnFacts | null
}

interface OwnFacts {
  number: number
  endReason: EndReason
  endMessage: string
  stopCode: string
  stopTitle: string
  startedAtMs: number
  skill: number | null
  finalTickTime: bigint
  finalObservation: number[]
  finalTip: number[]
  finalSimulatorState: number[]
}

const OWN_COLUMNS = [
  'episode',
  'end_reason',
  'end_message',
  'stop_code',
  'stop_title',
  'started_at_ms',
  'skill',
  'final_tick_time_ns',
  'final_observation',
  'final_tip',
  'final_simulator_state',
].map((name) => `forager/${name}`)

/** The table of episodes of a folder. */
export class LerobotEpisodes {
  readonly #facts: EpisodeFacts[]

  private constructor(facts: EpisodeFacts[]) {
    this.#facts = facts
  }

  static async read(files: readonly string[], own: boolean): Promise<LerobotEpisodes> {
    const facts: EpisodeFacts[] = []
    for (const file of files) {
      const input = await ParquetInput.open(file)
      try {
        const wanted = ['episode_index', 'length', ...(own ? OWN_COLUMNS : [])]
        const missing = wanted.find((name) => !input.columns.includes(name))
        if (missing !== undefined) throw new ForeignFileError('damaged', `meta/episodes has no column ${missing}`)
        for await (const { columns, rows } of input.groups(wanted)) {
          for (let row = 0; row < rows; row++) {
            if (Number(columns.get('episode_index')![row]) !== facts.length)
              throw new ForeignFileError('damaged', `meta/episodes has a hole before row ${facts.length}`)
            facts.push({ length: countOf(columns.get('length')![row]), own: own ? ownFacts(columns, row) : null })
          }
        }
      } finally {
        input.close()
      }
    }
    return new LerobotEpisodes(facts)
  }

  get count(): number {
    return this.#facts.length
  }

  get frames(): number {
    return this.#facts.reduce((sum, { length }) => sum + length, 0)
  }

  /** Episodes of a single frame. */
  get singles(): number {
    return this.#facts.filter(({ length }) => length === 1).length
  }

  get hasSkills(): boolean {
    return this.#facts.some(({ own }) => own !== null && own.skill !== null)
  }

  assemble(columns: LerobotColumns, scales: readonly number[]): FrameAssembly {
    return new FrameAssembly(this.#facts, columns, scales)
  }
}

function countOf(value: unknown): number {
  const count = Number(value)
  if (Number.isSafeInteger(count) && count > 0 && count < 1 << 28) return count
  throw new ForeignFileError('damaged', `meta/episodes has an episode of ${String(value)} frames`)
}

function ownFacts(columns: Map<string, ColumnValues>, row: number): OwnFacts {
  const cell = (name: string): unknown => columns.get(`forager/${name}`)![row]
  const number = (name: string): number => {
    const value = Number(cell(name))
    if (!Number.isSafeInteger(value)) throw new ForeignFileError('damaged', `forager/${name} is no whole number`)
    return value
  }
  const text = (name: string): string => String((cell(name) as string | null) ?? '')
  const list = (name: string): number[] => {
    const value = cell(name)
    if (value === null) return []
    if (!Array.isArray(value)) throw new ForeignFileError('damaged', `forager/${name} is no list`)
    return value.map(Number)
  }
  const reason = endReasonSchema.safeParse(cell('end_reason'))
  if (!reason.success) throw new ForeignFileError('damaged', 'forager/end_reason has an unknown word')
  const tick = cell('final_tick_time_ns')
  if (typeof tick !== 'bigint') throw new ForeignFileError('damaged', 'forager/final_tick_time_ns is no integer')
  const skill = number('skill')
  return {
    number: number('episode'),
    endReason: reason.data,
    endMessage: text('end_message'),
    stopCode: text('stop_code'),
    stopTitle: text('stop_title'),
    startedAtMs: number('started_at_ms'),
    skill: skill < 0 ? null : skill,
    finalTickTime: tick,
    finalObservation: list('final_observation'),
    finalTip: list('final_tip'),
    finalSimulatorState: list('final_simulator_state'),
  }
}

/** Makes episodes of frames that come in order. */
class FrameAssembly {
  /** Columns that add() reads. */
  readonly wanted: string[]
  readonly #facts: readonly EpisodeFacts[]
  readonly #columns: LerobotColumns
  readonly #scales: readonly number[]
  #episode = 0
  #frame = 0
  #room: Room | null = null

  constructor(facts: readonly EpisodeFacts[], columns: LerobotColumns, scales: readonly number[]) {
    this.#facts = facts
    this.#columns = columns
    this.#scales = scales
    const { observation, action, other, tip, reward, done, truncated, tickTime, flags, simulator } = columns
    const used = [observation, action, other, tip, reward, done, truncated, tickTime, flags, simulator]
    this.wanted = ['episode_index', ...used.flatMap((column) => (column ? [column.name] : []))]
  }

  /** Takes one frame; returns the episode that it completes, if that has a transition. */
  add(values: Map<string, ColumnValues>, row: number): ForeignEpisode | null {
    const facts = this.#facts[this.#episode]
    if (!facts || Number(values.get('episode_index')![row]) !== this.#episode)
      throw new ForeignFileError('damaged', `its frames do not follow meta/episodes at episode ${this.#episode}`)
    this.#room ??= roomFor(facts.length, this.#columns)
    this.#fill(this.#room, values, row)
    this.#frame += 1
    if (this.#frame < facts.length) return null
    // One frame has an observation and an action without a result: no transition.
    const episode = facts.length === 1 && !facts.own ? null : this.#close(this.#room, facts)
    this.#episode += 1
    this.#frame = 0
    this.#room = null
    return episode
  }

  refuseIncomplete(): void {
    if (this.#episode === this.#facts.length) return
    throw new ForeignFileError('damaged', `its frames end within episode ${this.#episode}`)
  }

  #fill(room: Room, values: Map<string, ColumnValues>, row: number): void {
    const { observation, action, other, tip, reward, done, truncated, tickTime, flags, simulator } = this.#columns
    const t = this.#frame
    const take = (column: Column | null, into: Float32Array | Float64Array): void => {
      if (column) copyCell(values.get(column.name)![row], column, into, t)
    }
    take(observation, room.observations)
    take(action, room.actions)
    take(other, room.others)
    take(tip, room.tips)
    take(simulator, room.simulator)
    take(reward, room.rewards)
    if (flags) room.flags[t] = Number(values.get(flags.name)![row])
    if (tickTime) {
      const tick = values.get(tickTime.name)![row]
      if (typeof tick !== 'bigint') throw new ForeignFileError('damaged', `${tickTime.name} is no integer`)
      room.ticks[t] = tick
    }
    const set = (column: Column | null): boolean => column !== null && Boolean(values.get(column.name)![row])
    room.terminal = done !== null && truncated !== null && set(done) && !set(truncated)
  }

  #close(room: Room, { length, own }: EpisodeFacts): ForeignEpisode {
    const { observation, action, other, actionIsSent, tip, reward, tickTime, flags, simulator } = this.#columns
    // Without the observation behind the last action, that action has no result.
    const steps = own ? length : length - 1
    if (own) {
      copyCell(own.finalObservation, observation, room.observations, length)
      if (tip) copyCell(own.finalTip, tip, room.tips, length)
      if (simulator) copyCell(own.finalSimulatorState, simulator, room.simulator, length)
      room.ticks[length] = own.finalTickTime
    }
    const scaled = (values: Float32Array): Float32Array =>
      values.subarray(0, steps * action.width).map((value, i) => value / this.#scales[i % action.width]!)
    const [actions, others] = [scaled(room.actions), other ? scaled(room.others) : null]
    return {
      number: own?.number ?? null,
      observations: room.observations.subarray(0, (steps + 1) * observation.width),
      policyActions: actionIsSent && others ? others : actions,
      sentActions: actionIsSent ? actions : others,
      flags: flags ? room.flags.subarray(0, steps) : null,
      rewards: reward ? room.rewards.subarray(0, steps) : null,
      tooltip: tip ? room.tips.subarray(0, 3 * (steps + 1)) : null,
      simulatorStates: simulator ? room.simulator.subarray(0, simulator.width * (steps + 1)) : null,
      tickTimes: tickTime ? room.ticks.subarray(0, steps + 1) : null,
      end: {
        reason: own?.endReason ?? (room.terminal ? 'terminal' : 'step-limit'),
        message: own?.endMessage ?? '',
        stopCode: own?.stopCode ?? '',
        stopTitle: own?.stopTitle ?? '',
      },
      startedAtMs: own?.startedAtMs ?? null,
      skill: own?.skill ?? null,
    }
  }
}

/** Place for one episode of n frames and the observation behind them. */
interface Room {
  observations: Float32Array
  actions: Float32Array
  others: Float32Array
  tips: Float32Array
  simulator: Float64Array
  rewards: Float32Array
  flags: Uint32Array
  ticks: BigInt64Array
  /** Of the newest frame. */
  terminal: boolean
}

function roomFor(frames: number, { observation, action, other, tip, simulator }: LerobotColumns): Room {
  return {
    observations: new Float32Array((frames + 1) * observation.width),
    actions: new Float32Array(frames * action.width),
    others: new Float32Array(frames * (other?.width ?? 0)),
    tips: new Float32Array((frames + 1) * (tip?.width ?? 0)),
    simulator: new Float64Array((frames + 1) * (simulator?.width ?? 0)),
    rewards: new Float32Array(frames),
    flags: new Uint32Array(frames),
    ticks: new BigInt64Array(frames + 1),
    terminal: false,
  }
}

/** A number or a list of numbers into row `t`. */
function copyCell(cell: unknown, { name, width }: Column, into: Float32Array | Float64Array, t: number): void {
  const values: ArrayLike<unknown> = Array.isArray(cell) ? cell : [cell]
  if (values.length !== width)
    throw new ForeignFileError('damaged', `${name} has ${values.length} instead of ${width} numbers`)
  for (let i = 0; i < width; i++) {
    const value = values[i]
    if (value === null || value === undefined) throw new ForeignFileError('damaged', `${name} has a hole`)
    into[t * width + i] = Number(value)
  }
}
