import type { DatasetCoverage, DimensionCoverage } from '../../contract/dataset-coverage.ts'
import { HISTOGRAM_BINS } from '../../contract/histogram.ts'
import type { DatasetReader } from '../dataset/dataset-reader.ts'
import { keptHash, keptRanges } from '../dataset/curation/kept-episodes.ts'

/** What `forager info` tells of one dataset. SI units; entropies are shares of the most possible, 0..1. */
export type InfoJson = ReturnType<typeof infoJson>

/** `measured`: the result of a pass over the data; without one only what the file has counted itself is told. */
export function infoJson(reader: DatasetReader, measured: DatasetCoverage | null) {
  const { summary, sheet, endReasons, coverage, lateTicks, slowedSteps, clippedSteps, length, ...rest } =
    reader.detail()
  const { world, explorer, mode, seed, transitions, episodes, bytes, target, state } = summary
  const box = coverage && {
    cell_size_m: coverage.cellSizeM,
    cells_reached: coverage.cellsReached,
    cells_total: coverage.cellsTotal,
    fraction: coverage.fraction,
  }
  return {
    dataset: reader.path,
    id: summary.id,
    world,
    world_options: sheet.worldOptions,
    explorer,
    mode,
    seed,
    transitions,
    target,
    state,
    episodes,
    // Recorded, and not in any other figure here.
    left_out: {
      episodes: summary.excludedEpisodes,
      trimmed_episodes: summary.trimmedEpisodes,
      transitions: summary.leftOutTransitions,
    },
    tags: summary.tags,
    end_reasons: endReasons,
    // Null for an arm: its data carry no reward, a task computes its own.
    return: rest.return,
    length: { ...length, ...(measured?.length && lengthJson(measured.length)) },
    // Episodes of each skill; null for an explorer without skills.
    skills: reader.skills(),
    coverage: measured ? { ...box, ...coverageJson(measured) } : box,
    late_ticks: lateTicks,
    slowed_steps: slowedSteps,
    clipped_steps: clippedSteps,
    bytes,
    signal_bytes: rest.signalBytes,
    settings: sheet.settings,
    // Null for data that were recorded here.
    imported: sheet.imported,
    created_at: new Date(sheet.createdAt).toISOString(),
    hash: reader.contentHash(),
    // Of which episodes and steps are kept; null when nothing is left out.
    kept_hash: keptHash(reader.episodeLengths(), keptRanges(reader)),
  }
}

function lengthJson({ min, q25, median, q75, counts, longest }: NonNullable<DatasetCoverage['length']>) {
  return { min, q25, median, q75, counts, counts_up_to: longest }
}

export type CoverageJson = ReturnType<typeof coverageJson>

function coverageJson(measured: DatasetCoverage) {
  const { workspace, diversity, observations, actions, entropy, saturated, damagedEpisodes, notFinite } = measured
  return {
    workspace: workspace && {
      cell_size_m: workspace.cellSizeM,
      cells_reached: workspace.cellsReached,
      cells_within_reach: workspace.cellsWithinReach,
      fraction: workspace.fraction,
    },
    bins: HISTOGRAM_BINS,
    entropy,
    diversity,
    action_saturation: saturated,
    observations: observations.map(dimensionJson),
    actions: actions.map((action) => ({ ...dimensionJson(action), saturation: action.saturated })),
    damaged_episodes: damagedEpisodes,
    not_finite: notFinite,
  }
}

function dimensionJson({ name, unit, range, counts, outside, entropyNats, entropy, mean, std }: DimensionCoverage) {
  return { name, unit, range, counts, outside, entropy_nats: entropyNats, entropy, mean, std }
}

/** True when all were measured over the same values, so that their figures may be subtracted. */
export function onOneScale(all: readonly InfoJson[]): boolean {
  const values = all.map(({ coverage }) =>
    isMeasured(coverage)
      ? JSON.stringify(
          [coverage.observations, coverage.actions].map((each) => each.map(({ name, unit }) => [name, unit])),
        )
      : '',
  )
  return values.every((each) => each !== '' && each === values[0])
}

/** True when the JSON has the result of a pass over the data. */
export function isMeasured(
  coverage: InfoJson['coverage'],
): coverage is CoverageJson & NonNullable<InfoJson['coverage']> {
  return coverage !== null && 'entropy' in coverage
}
