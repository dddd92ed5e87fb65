import type { DatasetCoverage, DimensionCoverage } from '../../../contract/dataset-coverage.ts'
import { formatNumber, formatPercent, toDegrees } from '../../parts/format.ts'
import { Distribution } from '../../plot/distribution.tsx'
import css from './coverage-view.module.css'

type Props = { coverages: readonly DatasetCoverage[] }
type Signal = 'observations' | 'actions'

/** How every value of the observation and every action is spread; the second dataset as a line over the first. */
export function CoverageDimensions({ coverages }: Props) {
  const [first] = coverages
  if (!first) return null
  return (
    <>
      {groupsOf(first).map(({ title, signal, columns }) => (
        <section key={title} className={css.group} aria-label={title}>
          <div className={css.caption}>
            <b>{title}</b> {unitOf(first[signal][columns[0] ?? 0])}
          </div>
          <div className={css.dimensions} data-seven={columns.length === 7}>
            {columns.map((column) => (
              <Dimension key={column} of={coverages.flatMap((each) => each[signal][column] ?? [])} />
            ))}
          </div>
        </section>
      ))}
    </>
  )
}

function Dimension({ of }: { of: readonly DimensionCoverage[] }) {
  const [first] = of
  if (!first) return null
  const entropies = of.map(({ entropy }) => formatPercent(entropy, 0)).join(' / ')
  const { name } = first
  return (
    <div title={of.map(detailOf).join('\n')}>
      <div className={css.name}>
        <span>{name}</span>
        <b>{entropies} %</b>
      </div>
      <Distribution
        label={`${name}: entropy ${entropies} % of even`}
        shapes={of.map(({ counts }, i) => ({ counts, kind: i === 0 ? 'filled' : 'line' }))}
        ends={[shown(first.range.min, first.unit), shown(first.range.max, first.unit)]}
      />
    </div>
  )
}

type Group = { title: string; signal: Signal; columns: number[] }

/** Values of one unit stand together: angles, speeds, lengths; the actions last. */
function groupsOf({ observations, actions }: DatasetCoverage): Group[] {
  const units = [...new Set(observations.map(({ unit }) => unit))]
  const columnsOf = (unit: string): number[] => observations.flatMap((each, i) => (each.unit === unit ? [i] : []))
  return [
    ...units.map((unit): Group => ({
      title: TITLES[unit] ?? `States in ${unit}`,
      signal: 'observations',
      columns: columnsOf(unit),
    })),
    { title: 'Actions asked for', signal: 'actions', columns: actions.map((_, i) => i) },
  ]
}

const TITLES: Record<string, string> = {
  rad: 'Angles',
  'rad/s': 'Angular speeds',
  m: 'Positions',
  'm/s': 'Speeds',
  '': 'States',
}

/** Degrees on screen, everywhere. */
const SCREEN_UNITS: Record<string, string> = { rad: '°', 'rad/s': '°/s' }

function unitOf(dimension: DimensionCoverage | undefined): string {
  if (!dimension) return ''
  const { unit, range } = dimension
  const bins = range.from === 'limits' ? 'over the limits' : 'over what was measured'
  const even = 'entropy in % of even'
  return [unit === '' ? 'share of the full scale' : (SCREEN_UNITS[unit] ?? unit), bins, even].join(', ')
}

function shown(value: number, unit: string): string {
  if (unit in SCREEN_UNITS) return formatNumber(toDegrees(value), Math.abs(toDegrees(value)) >= 100 ? 0 : 1)
  return formatNumber(value, Math.abs(value) >= 10 ? 1 : 2)
}

/** "entropy 2.90 nats, mean 0.9, std 33.0 °, 0.0 % beyond the limits" */
function detailOf(dimension: DimensionCoverage): string {
  const { unit, entropyNats, mean, std, outside, range } = dimension
  const spread =
    mean === null || std === null
      ? ''
      : `, mean ${shown(mean, unit)}, std ${shown(std, unit)} ${SCREEN_UNITS[unit] ?? unit}`
  const beyond = range.from === 'limits' ? `, ${formatPercent(outside)} % beyond the limits` : ''
  const saturated = 'saturated' in dimension ? `, ${formatPercent(dimension.saturated as number)} % saturated` : ''
  return `entropy ${formatNumber(entropyNats, 2)} nats${spread}${beyond}${saturated}`
}
