import { worldNameSchema } from '../../contract/world.ts'
import { ForeignFileError } from '../policy/exchange/foreign-file-error.ts'
import { worldSpec } from '../world/open-world.ts'
import type { WorldSpec } from '../world/world.ts'
import type { ForeignHeader, ImportHints } from './dataset-importer.ts'

/** What the columns of a foreign file show. */
export interface SeenColumns {
  observation: { name: string; unit: string }[]
  action: { name: string; unit: string }[]
  /** Largest size of each action over the whole file. */
  largestAction: number[]
  hasReward: boolean
  simulatorState: { name: string; unit: string }[]
  /** Median time between two rows, s; null where the file has no times. */
  periodS: number | null
}

type Sheet = ForeignHeader['sheet']

/** World of data that no known world has made. */
const UNKNOWN_WORLD = 'imported'

/**
 * A run sheet for a file that has none: names and units from its columns or from the world that made it, as far as it
 * can be told. Every guess goes into `beliefs`. Throws ForeignFileError `unfit` when the period is nowhere to be had or a
 * given world has other sizes.
 */
export function believedSheet(seen: SeenColumns, hints: ImportHints, beliefs: string[]): Sheet {
  const world = hints.world === null ? recognisedWorld(seen) : givenWorld(hints.world, seen)
  beliefs.push(worldBelief(world, hints.world, seen))
  const action = world ? world.action : scaledActions(seen, beliefs)
  return {
    world: world?.name ?? UNKNOWN_WORLD,
    worldOptions: world?.options ?? {},
    explorer: 'imported',
    mode: 'imported',
    settings: {},
    seed: 0,
    stepPeriodS: believedPeriod(seen, world, hints, beliefs),
    observation: world?.observation ?? seen.observation,
    action,
    hasReward: seen.hasReward,
    simulatorState: seen.simulatorState,
    robot: 'unknown',
    limitsHash: '',
    appVersion: '',
    createdAt: 0,
    operator: '',
    notes: '',
  }
}

function specs(): WorldSpec[] {
  return worldNameSchema.options.map((world) => worldSpec({ world, options: {}, robot: 'unknown' }))
}

function recognisedWorld({ observation, action }: SeenColumns): WorldSpec | null {
  const same = (a: readonly { name: string }[], b: readonly { name: string }[]): boolean =>
    a.length === b.length && a.every(({ name }, i) => name === b[i]!.name)
  return specs().find((spec) => same(spec.observation, observation) && same(spec.action, action)) ?? null
}

function givenWorld(name: string, { observation, action }: SeenColumns): WorldSpec {
  const spec = specs().find((each) => each.name === name)
  if (!spec) throw new ForeignFileError('unfit', `there is no world ${name}`)
  if (spec.observation.length === observation.length && spec.action.length === action.length) return spec
  throw new ForeignFileError(
    'unfit',
    `it has ${observation.length} observed values and ${action.length} actions; ` +
      `${name} has ${spec.observation.length} and ${spec.action.length}`,
  )
}

function worldBelief(world: WorldSpec | null, given: string | null, seen: SeenColumns): string {
  const units = seen.observation.some(({ unit }) => unit !== '')
  if (world && given !== null) return `World ${world.name}, as you said: names and units are those of this world.`
  if (world) return `World ${world.name}: the columns have its names. Units are those of this world.`
  return units
    ? 'No known world has these columns; names and units are those of the file.'
    : 'No known world has these columns, and the file names no units.'
}

/** Actions of an unknown world: of scale 1 when they lie within -1..1, else of the largest one. */
function scaledActions({ action, largestAction }: SeenColumns, beliefs: string[]): Sheet['action'] {
  const within = largestAction.every((largest) => largest <= 1)
  beliefs.push(
    within
      ? 'All actions lie within -1..1: they are taken as they are.'
      : 'The largest action of each column is taken for its full scale.',
  )
  return action.map((each, i) => ({ ...each, scale: within ? 1 : largestAction[i]! || 1 }))
}

function believedPeriod(
  { periodS }: SeenColumns,
  world: WorldSpec | null,
  { stepPeriodS }: ImportHints,
  beliefs: string[],
): number {
  if (stepPeriodS !== null) return stepPeriodS
  if (periodS !== null && periodS > 0) {
    const rounded = Number(periodS.toPrecision(6))
    beliefs.push(`A step takes ${rounded} s: the median of the times in the file.`)
    return rounded
  }
  if (world) {
    beliefs.push(`A step takes ${world.stepPeriodS} s, as in ${world.name}: the file has no times.`)
    return world.stepPeriodS
  }
  throw new ForeignFileError('unfit', 'it does not say how long a step takes')
}
