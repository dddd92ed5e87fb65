import { endReasonSchema } from '../../../contract/dataset.ts'
import type { EpisodeEnd } from '../../session/episode-recorder.ts'
import { ForeignFileError } from '../../policy/exchange/foreign-file-error.ts'
import type { ForeignEpisode, ForeignHeader } from '../dataset-importer.ts'
import type { TableMapping } from './table-mapping.ts'
import { integerOf, numberOf, rowOf, textOf } from './table-values.ts'
import type { TableBlock } from './table-values.ts'

const ONLY_OBSERVED = 'Rows with an observation and no action are the last observation of their episode.'
const LAST_ACTION_UNUSED =
  'The last row of each episode gives its last observation; its action has no result and is left out.'
const TOO_SHORT = 'Episodes of one row have no transition and are left out.'

/** One episode of a table, gathered row by row. */
export class TableEpisode {
  readonly #mapping: TableMapping
  readonly #header: ForeignHeader
  readonly #number: number | null
  #rows = 0
  readonly #observations: number[] = []
  readonly #actions: number[] = []
  readonly #others: number[] = []
  #next: number[] = []
  readonly #tips: number[] = []
  readonly #simulator: number[] = []
  readonly #rewards: number[] = []
  readonly #flags: number[] = []
  readonly #ticks: bigint[] = []
  /** Rows with an action, which come before one without. */
  #acted = 0
  #terminal = false
  #end: EpisodeEnd | null = null
  #startedAtMs: number | null = null
  #skill: number | null = null

  constructor(mapping: TableMapping, header: ForeignHeader, number: number | null) {
    this.#mapping = mapping
    this.#header = header
    this.#number = number
  }

  add(block: TableBlock, row: number): void {
    const { observation, action, otherAction, nextObservation, tip, simulator } = this.#mapping
    if (!rowOf(block, observation, row, this.#observations)) throw this.#unfit('has a row without an observation')
    if (tip.length > 0 && !rowOf(block, tip, row, this.#tips)) throw this.#unfit('has a row without a tool tip')
    if (simulator.length > 0 && !rowOf(block, simulator, row, this.#simulator))
      throw this.#unfit('has a row without a simulator state')
    if (rowOf(block, action, row, this.#actions)) {
      if (this.#acted < this.#rows) throw this.#unfit('goes on after a row without an action')
      if (otherAction.length > 0 && !rowOf(block, otherAction, row, this.#others))
        throw this.#unfit('has a row with one of its two actions only')
      this.#acted += 1
      this.#addStep(block, row)
    }
    if (nextObservation.length > 0) {
      this.#next = []
      rowOf(block, nextObservation, row, this.#next)
    }
    this.#addInstant(block, row)
    this.#rows += 1
  }

  #addStep(block: TableBlock, row: number): void {
    const { reward, flags, terminal } = this.#mapping.single
    const number = (column: { name: string }): number | null =>
      numberOf(block.columns.get(column.name)?.[row], column.name)
    if (reward) {
      const value = number(reward)
      if (value === null) throw this.#unfit('has an action without a reward')
      this.#rewards.push(value)
    }
    if (flags) this.#flags.push(number(flags) ?? 0)
    if (terminal) this.#terminal = (number(terminal) ?? 0) !== 0
  }

  #addInstant(block: TableBlock, row: number): void {
    const { tickTime, endReason, endMessage, stopCode, stopTitle, startedAt, skill } = this.#mapping.single
    const value = (column: { name: string } | undefined): unknown => column && block.columns.get(column.name)?.[row]
    if (tickTime) {
      const tick = integerOf(value(tickTime), tickTime.name)
      if (tick === null) throw this.#unfit('has a row without a time')
      this.#ticks.push(tick)
    }
    const reason = textOf(value(endReason))
    if (reason !== '') {
      const parsed = endReasonSchema.safeParse(reason)
      if (!parsed.success) throw this.#unfit(`has the unknown end reason "${reason.slice(0, 40)}"`)
      const [message, code, title] = [endMessage, stopCode, stopTitle].map((column) => textOf(value(column)))
      this.#end = { reason: parsed.data, message: message!, stopCode: code!, stopTitle: title! }
    }
    const started = startedAt && integerOf(value(startedAt), startedAt.name)
    if (started !== undefined && started !== null) this.#startedAtMs = Number(started)
    const number = skill && numberOf(value(skill), skill.name)
    if (number !== undefined && number !== null) this.#skill = number
  }

  /** The episode; null when it has no transition. */
  finish(): ForeignEpisode | null {
    const { single, action, otherAction, actionIsSent, nextObservation, observation, simulator, tip } = this.#mapping
    const steps = this.#closeLast()
    if (steps < 1) {
      this.#believe(TOO_SHORT)
      return null
    }
    const actions = this.#scaled(this.#actions, steps * action.length)
    const others = otherAction.length > 0 ? this.#scaled(this.#others, steps * action.length) : null
    const whole = nextObservation.length === 0
    return {
      number: this.#number,
      observations: Float32Array.from(this.#observations).subarray(0, (steps + 1) * observation.length),
      policyActions: actionIsSent && others ? others : actions,
      sentActions: actionIsSent ? actions : others,
      flags: single.flags ? Uint32Array.from(this.#flags).subarray(0, steps) : null,
      rewards: single.reward ? Float32Array.from(this.#rewards).subarray(0, steps) : null,
      tooltip: tip.length > 0 && whole ? Float32Array.from(this.#tips).subarray(0, 3 * (steps + 1)) : null,
      simulatorStates: simulator.length > 0 ? Float64Array.from(this.#simulator) : null,
      tickTimes: single.tickTime && whole ? BigInt64Array.from(this.#ticks).subarray(0, steps + 1) : null,
      end: this.#end ?? {
        reason: this.#terminal ? 'terminal' : 'step-limit',
        message: '',
        stopCode: '',
        stopTitle: '',
      },
      startedAtMs: this.#startedAtMs,
      skill: this.#skill,
    }
  }

  /** Sees to the observation behind the last action; returns the number of steps. */
  #closeLast(): number {
    if (this.#acted < this.#rows) {
      if (this.#header.sheet.explorer === 'imported') this.#believe(ONLY_OBSERVED)
      return this.#rows - 1
    }
    if (this.#next.length > 0) {
      this.#observations.push(...this.#next)
      return this.#rows
    }
    this.#believe(LAST_ACTION_UNUSED)
    return this.#rows - 1
  }

  #believe(belief: string): void {
    const { beliefs } = this.#header
    if (!beliefs.includes(belief)) beliefs.push(belief)
  }

  /** Actions in their units as shares of each one's scale. */
  #scaled(values: readonly number[], length: number): Float32Array {
    const { action } = this.#header.sheet
    const scaled = new Float32Array(length)
    for (let i = 0; i < length; i++) scaled[i] = values[i]! / action[i % action.length]!.scale
    return scaled
  }

  #unfit(what: string): ForeignFileError {
    const name = this.#number === null ? 'one of its episodes' : `its episode ${this.#number}`
    return new ForeignFileError('unfit', `${name} ${what} (row ${this.#rows + 1} of the episode)`)
  }
}
