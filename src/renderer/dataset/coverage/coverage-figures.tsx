import { SATURATED_ABOVE } from '../../../contract/dataset-coverage.ts'
import type { DatasetCoverage } from '../../../contract/dataset-coverage.ts'
import type { EndReason } from '../../../contract/dataset.ts'
import { END_REASONS } from '../../parts/end-reasons.tsx'
import { MISSING, formatMillimetres, formatNumber } from '../../parts/format.ts'
import { Quantity } from '../../parts/quantity.tsx'
import css from './coverage-view.module.css'

type Props = { names: readonly string[]; coverages: readonly DatasetCoverage[] }

type Figure = {
  label: string
  unit: string
  decimals: number
  value: (coverage: DatasetCoverage) => number | null
  /** How it is made, and what it is made of; shown on hover. */
  means: string
  detail?: (coverage: DatasetCoverage) => string
}

/** The figures of one dataset, or those of two in two columns with their difference. */
export function CoverageFigures({ names, coverages }: Props) {
  return (
    <table className={css.figures} aria-label="Coverage">
      {coverages.length > 1 && (
        <thead>
          <tr>
            <td />
            {names.map((name, i) => (
              <th key={name} scope="col" title={name}>
                <i className={i === 0 ? css.first : css.second} />
                {name}
              </th>
            ))}
            <th scope="col">Difference</th>
          </tr>
        </thead>
      )}
      <tbody>
        {figuresOf(coverages).map((figure) => (
          <Row key={figure.label} figure={figure} coverages={coverages} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ figure, coverages }: { figure: Figure; coverages: readonly DatasetCoverage[] }) {
  const { label, unit, decimals, value, means, detail } = figure
  const values = coverages.map(value)
  return (
    <tr>
      <th scope="row" title={means}>
        {label}
      </th>
      {coverages.map((coverage, i) => (
        <td key={i} title={detail?.(coverage)}>
          <Quantity value={formatNumber(values[i], decimals)} unit={unit} />
        </td>
      ))}
      {coverages.length > 1 && <td>{differenceText(values, decimals)}</td>}
    </tr>
  )
}

function differenceText([first, second]: readonly (number | null)[], decimals: number): string {
  if (first === null || first === undefined || second === null || second === undefined) return MISSING
  const text = formatNumber(second - first, decimals)
  return second > first && Number(text.replace(/,/g, '')) !== 0 ? `+${text}` : text
}

function figuresOf(coverages: readonly DatasetCoverage[]): Figure[] {
  const whole = (label: string, unit: string, means: string, value: Figure['value']): Figure => ({
    label,
    unit,
    decimals: 0,
    means,
    value,
  })
  return [
    ...(coverages.some(({ workspace }) => workspace) ? [WORKSPACE] : []),
    ENTROPY,
    DIVERSITY,
    SATURATION,
    whole('Transitions', '', 'All that can be read.', ({ transitions }) => transitions),
    whole('Episodes', '', 'All that can be read.', ({ episodes }) => episodes),
    {
      ...whole(
        'Episode length, median',
        'steps',
        'Half of the episodes are shorter.',
        ({ length }) => length?.median ?? null,
      ),
      detail: ({ length }) =>
        length
          ? `${formatNumber(length.min)} to ${formatNumber(length.max)}, mean ${formatNumber(length.mean, 1)}`
          : '',
    },
    whole(
      'Shortest quarter, up to',
      'steps',
      'A quarter of the episodes are shorter.',
      ({ length }) => length?.q25 ?? null,
    ),
    whole(
      'Longest quarter, from',
      'steps',
      'A quarter of the episodes are longer.',
      ({ length }) => length?.q75 ?? null,
    ),
    ...endReasons(coverages),
    ...(coverages.some(({ damagedEpisodes }) => damagedEpisodes.length > 0)
      ? [
          whole(
            'Damaged episodes, left out',
            '',
            'They do not fit their checksums.',
            (each) => each.damagedEpisodes.length,
          ),
        ]
      : []),
    ...(coverages.some(({ notFinite }) => notFinite > 0)
      ? [whole('Values left out', '', 'They are not finite numbers.', ({ notFinite }) => notFinite)]
      : []),
  ]
}

const WORKSPACE: Figure = {
  label: 'Workspace reached',
  unit: '%',
  decimals: 1,
  means:
    'Cells of the allowed box that the tool tip has been in, of those that it can reach with its joints inside their limits.',
  value: ({ workspace }) => workspace && workspace.fraction * 100,
  detail: ({ workspace }) =>
    workspace
      ? `${formatNumber(workspace.cellsReached)} of ${formatNumber(workspace.cellsWithinReach)} cells of ${formatMillimetres(workspace.cellSizeM)} mm`
      : '',
}

const ENTROPY: Figure = {
  label: 'Entropy of the states',
  unit: '%',
  decimals: 1,
  means: 'Mean over all values of the observation, 50 bins each. 0 %: all in one bin. 100 %: spread evenly.',
  value: ({ entropy }) => entropy * 100,
}

const DIVERSITY: Figure = {
  label: 'Diversity of the states',
  unit: 'std',
  decimals: 2,
  means:
    'Mean distance of a random state to its 5th nearest in the sample, in standard deviations of the datasets shown.',
  value: ({ diversity }) => diversity?.distance ?? null,
  detail: ({ diversity }) =>
    diversity ? `to the ${diversity.neighbour}th nearest of ${formatNumber(diversity.sample)} random states` : '',
}

const SATURATION: Figure = {
  label: 'Actions saturated',
  unit: '%',
  decimals: 1,
  means: `Share of steps that ask for more than ${SATURATED_ABOVE * 100} % of what an action can be, mean over all actions.`,
  value: ({ saturated }) => saturated * 100,
}

/** One line an end reason that occurs, as a share: the datasets may differ in size. */
function endReasons(coverages: readonly DatasetCoverage[]): Figure[] {
  const reasons = Object.keys(END_REASONS) as EndReason[]
  return reasons
    .filter((reason) => coverages.some((coverage) => (coverage.endReasons[reason] ?? 0) > 0))
    .map((reason) => ({
      label: `Ended: ${END_REASONS[reason].label.toLowerCase()}`,
      unit: '%',
      decimals: 1,
      means: 'Share of the episodes that ended so.',
      value: (coverage) =>
        coverage.episodes === 0 ? null : (100 * (coverage.endReasons[reason] ?? 0)) / coverage.episodes,
      detail: (coverage) => `${formatNumber(coverage.endReasons[reason] ?? 0)} of ${formatNumber(coverage.episodes)}`,
    }))
}
