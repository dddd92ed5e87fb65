import type { ForeignDataset, ForeignEpisode, ForeignHeader, ImportHints } from '../dataset-importer.ts'
import { believedSheet } from '../believed-sheet.ts'
import type { SeenColumns } from '../believed-sheet.ts'
import { ownSheet, takenOver } from '../own-sheet.ts'
import { TableEpisode } from './table-episode.ts'
import { guessMapping, usedColumns } from './table-mapping.ts'
import type { MappedNumber, TableColumn, TableMapping } from './table-mapping.ts'
import { numberOf, rowOf } from './table-values.ts'
import type { TableBlock } from './table-values.ts'
import { ForeignFileError } from '../../policy/exchange/foreign-file-error.ts'

/** A table with a row per step, wherever it is stored. May be walked several times. */
export interface StepTable {
  columns: readonly TableColumn[]
  /** Run sheet that a file of ours carries, as text; null without one. */
  sheet: string | null
  producer: string
  blocks(columns: readonly string[]): AsyncIterable<TableBlock>
  close(): void
}

/** Differences of time that are looked at for the period. */
const MOST_TIMES = 10_000

/** A dataset of a table: what its columns mean is told by their names, and said. Throws ForeignFileError. */
export async function openTable(table: StepTable, hints: ImportHints): Promise<ForeignDataset> {
  const mapping = guessMapping(table.columns)
  const survey = await surveyTable(table, mapping)
  const beliefs = mappingBeliefs(mapping, table.sheet !== null)
  const own = table.sheet === null ? null : ownSheet(table.sheet)
  const sheet = own ? takenOver(own) : believedSheet(seenColumns(mapping, survey), hints, beliefs)
  if (sheet.observation.length !== mapping.observation.length || sheet.action.length !== mapping.action.length)
    throw new ForeignFileError('damaged', 'its columns do not fit its run sheet')
  const header: ForeignHeader = {
    sheet,
    stepsPerEpisode: own?.stepsPerEpisode ?? hints.stepsPerEpisode,
    hasSkills: survey.hasSkills,
    transitions: survey.transitions,
    episodes: survey.episodes,
    producer: table.producer,
    beliefs,
  }
  return { header, episodes: () => walk(table, mapping, header), close: () => table.close() }
}

interface Survey {
  rows: number
  episodes: number
  transitions: number
  largestAction: number[]
  periodS: number | null
  hasSkills: boolean
}

/** One pass over the columns that decide the header. */
async function surveyTable(table: StepTable, mapping: TableMapping): Promise<Survey> {
  const { episode, time, tickTime, skill } = mapping.single
  const clock = tickTime ?? time
  const toSeconds = clock === tickTime || clock?.unit === 'ns' ? 1e-9 : clock?.unit === 'ms' ? 1e-3 : 1
  const wanted = [
    ...new Set(mapping.action.map(({ column }) => column)),
    ...[episode, clock, skill].flatMap((each) => (each ? [each.name] : [])),
  ]
  const survey: Survey = {
    rows: 0,
    episodes: 0,
    transitions: 0,
    largestAction: mapping.action.map(() => 0),
    periodS: null,
    hasSkills: false,
  }
  const periods: number[] = []
  let before: { episode: unknown; time: number | null } = { episode: undefined, time: null }
  for await (const block of table.blocks(wanted)) {
    for (let row = 0; row < block.rows; row++) {
      const here = { episode: keyOf(block, episode, row), time: clock ? cell(block, clock, row) : null }
      const begins = survey.rows === 0 || here.episode !== before.episode
      if (begins) survey.episodes += 1
      else if (here.time !== null && before.time !== null && periods.length < MOST_TIMES)
        periods.push((here.time - before.time) * toSeconds)
      const action: number[] = []
      rowOf(block, mapping.action, row, action)
      action.forEach((value, i) => (survey.largestAction[i] = Math.max(survey.largestAction[i]!, Math.abs(value))))
      if (skill && cell(block, skill, row) !== null) survey.hasSkills = true
      survey.rows += 1
      before = here
    }
  }
  periods.sort((a, b) => a - b)
  survey.periodS = periods[periods.length >> 1] ?? null
  // With next observations every row is a transition; else the last one of each episode is an observation only.
  survey.transitions = survey.rows - (mapping.nextObservation.length > 0 ? 0 : survey.episodes)
  return survey
}

function cell(block: TableBlock, column: TableColumn, row: number): number | null {
  return numberOf(block.columns.get(column.name)?.[row], column.name)
}

function keyOf(block: TableBlock, column: TableColumn | undefined, row: number): unknown {
  return column === undefined ? 'all' : block.columns.get(column.name)?.[row]
}

function seenColumns(mapping: TableMapping, { largestAction, periodS }: Survey): SeenColumns {
  const named = (numbers: readonly MappedNumber[]): { name: string; unit: string }[] =>
    numbers.map(({ name, unit }) => ({ name, unit }))
  return {
    observation: named(mapping.observation),
    action: named(mapping.action),
    largestAction,
    hasReward: mapping.single.reward !== undefined,
    simulatorState: named(mapping.simulator),
    periodS,
  }
}

/** What the names were taken for, for a person who knows the file. */
function mappingBeliefs(mapping: TableMapping, ours: boolean): string[] {
  if (ours) return []
  const { observation, action, otherAction, actionIsSent, nextObservation, single, unused } = mapping
  const list = (numbers: readonly MappedNumber[]): string => spanOf(numbers.map(({ column }) => column))
  const kind = actionIsSent ? 'what was sent' : 'what was asked for'
  const { episode, reward, terminal } = single
  const { endReason } = single
  return [
    `Observation: ${observation.length} columns, ${list(observation)}.`,
    `Action, ${kind}: ${action.length} columns, ${list(action)}.`,
    ...(otherAction.length > 0
      ? [`The other action: ${list(otherAction)}.`]
      : ['What was sent is what was asked for.']),
    episode ? `Episodes are told apart by ${episode.name}.` : 'The whole table is one episode.',
    reward ? `Reward of each action: ${reward.name}.` : 'There is no reward.',
    ...(endReason ? [] : [endBelief(terminal)]),
    ...(nextObservation.length > 0 ? [`Last observation of each episode: ${list(nextObservation)}.`] : []),
    ...(unused.length > 0 ? [`Not read: ${unused.slice(0, 20).join(', ')}${unused.length > 20 ? ', ...' : ''}.`] : []),
  ]
}

function endBelief(terminal: TableColumn | undefined): string {
  if (!terminal) return 'No column says how an episode ended: all are taken for cut at a number of steps.'
  return `An episode truly ended where ${terminal.name} is set on its last step; any other was cut.`
}

function spanOf(names: readonly string[]): string {
  const distinct = [...new Set(names)]
  return distinct.length < 3 ? distinct.join(', ') : `${distinct[0]} to ${distinct.at(-1)}`
}

/** The episodes of a table; those of no transition are left out and said. */
async function* walk(table: StepTable, mapping: TableMapping, header: ForeignHeader): AsyncGenerator<ForeignEpisode> {
  const { episode: column } = mapping.single
  const seen = new Set<unknown>()
  let current: TableEpisode | null = null
  let key: unknown
  const own = table.sheet !== null
  for await (const block of table.blocks(usedColumns(mapping))) {
    for (let row = 0; row < block.rows; row++) {
      const here = keyOf(block, column, row)
      if (current === null || here !== key) {
        const done: ForeignEpisode | null = current?.finish() ?? null
        if (done) yield done
        if (seen.has(here))
          throw new ForeignFileError('unfit', `the rows of its episode ${String(here)} do not stand together`)
        seen.add(here)
        key = here
        current = new TableEpisode(mapping, header, own ? numberOf(here, column?.name ?? '') : null)
      }
      current.add(block, row)
    }
  }
  const last = current?.finish()
  if (last) yield last
}
