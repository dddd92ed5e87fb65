import type { DatasetCoverage, DimensionCoverage } from '../../../contract/dataset-coverage.ts'
import { HISTOGRAM_BINS, histogramEntropy } from '../../../contract/histogram.ts'
import { refusal } from '../../../contract/problem.ts'
import { CELL_SIZE_M } from './coverage-grid.ts'
import type { CoverageMeasurement } from './coverage-measurement.ts'
import { commonRange, pooledDeviation } from './dimension-counter.ts'
import type { DimensionCounter } from './dimension-counter.ts'
import { NEIGHBOUR, neighbourDistance } from './neighbour-diversity.ts'
import { cellsWithinReach } from './reach-cells.ts'
import type { ValueRange } from './value-histogram.ts'

/** A measured dataset with the name by which it was asked for. */
export interface Measured {
  id: string
  measurement: CoverageMeasurement
}

type Signal = 'states' | 'actions'

/** True when the observations and actions of both mean the same: then their figures can stand side by side. */
export function comparable(a: CoverageMeasurement, b: CoverageMeasurement): boolean {
  const key = ({ observation, action }: CoverageMeasurement): string =>
    JSON.stringify([observation, action].map((each) => each.map(({ name, unit }) => [name, unit])))
  return key(a) === key(b)
}

/**
 * The figures of measured datasets, all with the same ranges, bins, sample size and scales. Refuses with
 * `not-comparable` when their observations or actions differ.
 */
export async function describeCoverages(measured: readonly Measured[]): Promise<DatasetCoverage[]> {
  const all = measured.map(({ measurement }) => measurement)
  const other = all.find((each) => !comparable(each, all[0]!))
  if (other) throw notComparable()
  const deviations = all[0]?.states.map((_, column) => pooledDeviation(all.map(({ states }) => states[column]!))) ?? []
  const samples = all.map(({ sample }) => sample.rows())
  const size = Math.min(...samples.map(({ length }) => length))
  return Promise.all(
    measured.map(async ({ id, measurement }, i) => {
      const distance = await neighbourDistance(samples[i]!.slice(0, size), deviations)
      return {
        ...figures(measurement, all),
        id,
        diversity: distance === null ? null : { neighbour: NEIGHBOUR, sample: size, distance },
        ...(await workspaceOf(measurement)),
      }
    }),
  )
}

type Figures = Omit<DatasetCoverage, 'id' | 'diversity' | 'workspace' | 'growth'>

function figures(measurement: CoverageMeasurement, all: readonly CoverageMeasurement[]): Figures {
  const { states, actions, transitions, lengths, damagedEpisodes, endReasons } = measurement
  const dimension = (signal: Signal, column: number): DimensionCoverage => {
    const range = commonRange(all.map((each) => each[signal][column]!))
    const { name, unit } = signal === 'states' ? measurement.observation[column]! : measurement.action[column]!
    return { name, unit, ...spreadOf(measurement[signal][column]!, range) }
  }
  const observations = states.map((_, column) => dimension('states', column))
  const asked = actions.map((counter, column) => ({
    ...dimension('actions', column),
    unit: '', // actions are shares of their scale
    saturated: counter.count === 0 ? 0 : counter.beyond / counter.count,
  }))
  return {
    transitions,
    episodes: lengths.length,
    damagedEpisodes,
    notFinite: [...states, ...actions].reduce((sum, { notFinite }) => sum + notFinite, 0),
    observations,
    entropy: mean(observations.map(({ entropy }) => entropy)),
    actions: asked,
    saturated: mean(asked.map(({ saturated }) => saturated)),
    endReasons,
    length: lengthSpread(lengths, Math.max(0, ...all.map((each) => maximum(each.lengths)))),
  }
}

/** `range`: of the values of all datasets shown; null where there are limits, or no value. */
function spreadOf(counter: DimensionCounter, range: ValueRange | null): Omit<DimensionCoverage, 'name' | 'unit'> {
  const { histogram, count, mean: average, variance } = counter
  const shown = histogram.limits ?? range ?? { min: 0, max: 0 }
  const counts = histogram.counts(shown)
  const entropyNats = histogramEntropy(counts)
  return {
    range: { ...shown, from: histogram.limits ? 'limits' : 'measured' },
    counts,
    outside: count === 0 ? 0 : histogram.outside / count,
    entropyNats,
    entropy: entropyNats / Math.log(HISTOGRAM_BINS),
    mean: average,
    std: variance === null ? null : Math.sqrt(variance),
  }
}

async function workspaceOf({
  grid,
  growth,
}: CoverageMeasurement): Promise<Pick<DatasetCoverage, 'workspace' | 'growth'>> {
  if (!grid) return { workspace: null, growth: [] }
  const within = await cellsWithinReach(grid.box)
  // A cell that was reached is within reach, whether or not a pose of the sequence came there.
  const cellsWithin = grid.cells.reduce((sum, cell, i) => sum + (cell | within.cells[i]!), 0)
  const share = (cells: number): number => (cellsWithin === 0 ? 0 : cells / cellsWithin)
  const { cellsReached } = grid.coverage()
  return {
    workspace: {
      cellSizeM: CELL_SIZE_M,
      cellsReached,
      cellsWithinReach: cellsWithin,
      fraction: share(cellsReached),
    },
    growth: growth.map(([transitions, cells, entropy]) => [transitions, share(cells), entropy]),
  }
}

/** Quantiles by linear interpolation between the sorted lengths; bins from 0 to `longest`. */
function lengthSpread(lengths: readonly number[], longest: number): DatasetCoverage['length'] {
  if (lengths.length === 0) return null
  const sorted = Float64Array.from(lengths).sort()
  const quantile = (share: number): number => {
    const at = share * (sorted.length - 1)
    const below = sorted[Math.floor(at)]!
    return below + (at - Math.floor(at)) * (sorted[Math.ceil(at)]! - below)
  }
  const [min, q25, median, q75, max] = [0, 0.25, 0.5, 0.75, 1].map(quantile) as [number, number, number, number, number]
  const counts = new Array<number>(HISTOGRAM_BINS).fill(0)
  for (const length of lengths) counts[Math.ceil((length / longest) * HISTOGRAM_BINS) - 1]! += 1
  return { min, q25, median, q75, max, mean: mean(lengths), counts, longest }
}

/** 0 for none; a list may be too long for the arguments of a call. */
const maximum = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0)

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

function notComparable(): Error {
  return refusal(
    'not-comparable',
    'These datasets have different observations or actions, so their coverage has no common scale. Nothing is changed.',
    'Compare datasets of the same world.',
  )
}
