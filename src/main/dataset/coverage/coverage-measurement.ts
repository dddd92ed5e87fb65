import type { RunSheet } from '../../../contract/dataset.ts'
import { SATURATED_ABOVE } from '../../../contract/dataset-coverage.ts'
import { normalisedEntropy } from '../../../contract/histogram.ts'
import { armWorldNameSchema } from '../../../contract/world.ts'
import { armModel } from '../../platform/arm-model.ts'
import { CoverageGrid } from './coverage-grid.ts'
import type { TooltipBox } from './coverage-grid.ts'
import type { TrainingEpisode } from '../dataset-reader.ts'
import { DimensionCounter } from './dimension-counter.ts'
import { StateSample } from './state-sample.ts'
import { FixedHistogram, GrowingHistogram } from './value-histogram.ts'
import type { ValueRange } from './value-histogram.ts'

/** Points of the growth curve, or one more. */
const GROWTH_POINTS = 400
const ACTION_RANGE: ValueRange = { min: -1, max: 1 }

/**
 * What one pass over a dataset gathers, in a memory that does not grow with it: a hundred kilobytes for each value of
 * an observation without limits, and the lengths of the episodes. The state before the first step of an episode is the
 * start pose, every time; it counts for the cells and for nothing else.
 */
export class CoverageMeasurement {
  readonly observation: RunSheet['observation']
  readonly action: RunSheet['action']
  /** [S] */
  readonly states: DimensionCounter[]
  /** [A], as asked for */
  readonly actions: DimensionCounter[]
  readonly sample: StateSample
  /** Null without a tool tip. */
  readonly grid: CoverageGrid | null
  /** [transitions, cells reached, mean normalised entropy of the joint angles] */
  readonly growth: [number, number, number][] = []
  readonly endReasons: Record<string, number> = {}
  readonly lengths: number[] = []
  readonly damagedEpisodes: number[] = []
  transitions = 0
  private readonly jointAngles: DimensionCounter[]
  private readonly episodes: number

  /** Of the data that will be added: `transitions` steps in `episodes` episodes. */
  constructor(
    sheet: RunSheet,
    box: TooltipBox | null,
    { transitions, episodes }: { transitions: number; episodes: number },
  ) {
    this.episodes = episodes
    this.observation = sheet.observation
    this.action = sheet.action
    const limits = stateLimits(sheet)
    this.states = limits.map(
      (range) => new DimensionCounter(range ? new FixedHistogram(range) : new GrowingHistogram()),
    )
    this.actions = sheet.action.map(() => new DimensionCounter(new FixedHistogram(ACTION_RANGE), SATURATED_ABOVE))
    this.sample = new StateSample(transitions, sheet.observation.length)
    this.grid = box ? new CoverageGrid(box) : null
    this.jointAngles = this.states.filter((_, i) => limits[i] && sheet.observation[i]!.unit === 'rad')
  }

  add(episode: TrainingEpisode): void {
    const { observations, policyActions, tooltip, steps, endReason } = episode
    const [size, actionSize] = [this.states.length, this.actions.length]
    this.states.forEach((counter, column) => counter.addColumn(observations, size + column, size))
    this.actions.forEach((counter, column) => counter.addColumn(policyActions, column, actionSize))
    this.sample.pass(observations, steps)
    this.transitions += steps
    this.lengths.push(steps)
    this.endReasons[endReason] = (this.endReasons[endReason] ?? 0) + 1
    if (!this.grid) return
    for (let at = 0; at < tooltip.length; at += 3) this.grid.visit(tooltip, at)
    this.grow(this.grid)
  }

  /** Leaves an episode out that does not fit its checksum. */
  skip(episode: number, steps: number): void {
    this.damagedEpisodes.push(episode)
    this.sample.skip(steps)
    if (this.grid) this.grow(this.grid)
  }

  /** A point of the curve, evenly among the episodes; the last one always has its point. */
  private grow(grid: CoverageGrid): void {
    const passed = this.lengths.length + this.damagedEpisodes.length
    const every = Math.ceil(this.episodes / GROWTH_POINTS)
    if (passed % every !== 0 && passed !== this.episodes) return
    this.growth.push([this.transitions, grid.coverage().cellsReached, this.angleEntropy()])
  }

  private angleEntropy(): number {
    const each = this.jointAngles.map(({ histogram }) => normalisedEntropy(histogram.counts(null)))
    return each.length === 0 ? 0 : each.reduce((sum, entropy) => sum + entropy, 0) / each.length
  }
}

/**
 * Ranges that are the same for every dataset, by column: the limits of a joint for its angle, the speed that the
 * supervisor allows for its speed. Null for every value of another world.
 */
function stateLimits({ world, observation }: RunSheet): (ValueRange | null)[] {
  if (!armWorldNameSchema.safeParse(world).success) return observation.map(() => null)
  const { limits, supervisor } = armModel()
  return observation.map(({ name, unit }) => {
    const [, speed, digit] = /^(d?)q([1-7])$/.exec(name) ?? []
    if (digit === undefined) return null
    const joint = Number(digit) - 1
    if (speed === '' && unit === 'rad') return { min: limits.qMin[joint]!, max: limits.qMax[joint]! }
    if (speed === 'd' && unit === 'rad/s') return { min: -supervisor.velocityClip, max: supervisor.velocityClip }
    return null
  })
}
