import type { DatasetCoverage, PassProgress } from '../../../contract/dataset-coverage.ts'
import type { DatasetSummary } from '../../../contract/dataset.ts'
import { joinable } from '../../learner/joined-datasets.tsx'
import { Button } from '../../parts/button.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { formatDuration, formatNumber } from '../../parts/format.ts'
import { ProblemView } from '../../parts/problem-view.tsx'
import { ProgressBar } from '../../parts/progress-bar.tsx'
import { Select } from '../../parts/select.tsx'
import { Distribution } from '../../plot/distribution.tsx'
import { CoverageDimensions } from './coverage-dimensions.tsx'
import { CoverageFigures } from './coverage-figures.tsx'
import { CoverageGrowth } from './coverage-growth.tsx'
import css from './coverage-view.module.css'
import { browse, useBrowse, useDatasets } from '../dataset-store.ts'
import { useCoverage } from './use-coverage.ts'
import type { Coverage } from './use-coverage.ts'

const NONE = 'none'

/** What a dataset covers, alone or beside another one of the same world. */
export function CoverageView({ summary }: { summary: DatasetSummary }) {
  const { id, transitions } = summary
  const { compare } = useBrowse(id)
  const datasets = useDatasets((state) => state.datasets) ?? []
  const others = joinable(summary, datasets).filter((other) => other.transitions > 0 && other.problem === null)
  const other = others.find((each) => each.id === compare)
  if (transitions === 0)
    return (
      <EmptyState small title="Nothing to measure yet">
        What the data cover stands here after the first finished episode.
      </EmptyState>
    )
  return (
    <Measured
      key={id}
      names={[summary.name, ...(other ? [other.name] : [])]}
      ids={[id, ...(other ? [other.id] : [])]}
      now={summary}
      chooser={
        <Select
          label="Compare with"
          value={other?.id ?? NONE}
          disabled={others.length === 0}
          options={[
            { value: NONE, label: others.length === 0 ? 'No other of this world' : 'No other dataset' },
            ...others.map((each) => ({ value: each.id, label: each.name, remark: formatNumber(each.transitions) })),
          ]}
          onChange={(value) => browse(id, { compare: value === NONE ? null : value })}
        />
      }
    />
  )
}

type MeasuredProps = {
  names: readonly string[]
  ids: readonly string[]
  now: DatasetSummary
  chooser: React.ReactNode
}

function Measured({ names, ids, now, chooser }: MeasuredProps) {
  const coverage = useCoverage(ids.join('\n'))
  const { coverages, problem, progress, cancelled, measure } = coverage
  // While a second dataset is measured the first one stands alone.
  const shown = coverages?.map(({ id }) => names[ids.indexOf(id)]).filter((name) => name !== undefined) ?? []
  return (
    <>
      <div className={css.bar}>
        <Legend names={shown} />
        <span className={css.space} />
        {progress ? (
          <Measuring progress={progress} onCancel={coverage.cancel} />
        ) : (
          <Newer coverage={coverage} now={now} />
        )}
        <div className={css.chooser}>{chooser}</div>
      </div>
      {problem ? (
        <ProblemView
          problem={problem}
          actions={
            <Button size="small" onClick={measure}>
              Measure again
            </Button>
          }
        />
      ) : coverages && shown.length === coverages.length ? (
        <Figures names={shown} coverages={coverages} />
      ) : cancelled ? (
        <EmptyState small title="Not measured" actions={<Button onClick={measure}>Measure</Button>}>
          The measurement was cancelled. It reads every transition once and changes nothing.
        </EmptyState>
      ) : (
        <EmptyState small title="Measuring">
          Every transition is read once. Nothing is written into the dataset.
        </EmptyState>
      )}
    </>
  )
}

const KINDS = ['first', 'second'] as const

function Legend({ names }: { names: readonly string[] }) {
  return (
    <ul className={css.legend} aria-label="Datasets shown">
      {names.map((name, i) => (
        <li key={name}>
          <i className={css[KINDS[i] ?? 'second']} />
          {name}
        </li>
      ))}
    </ul>
  )
}

function Measuring({ progress: { done, of, etaS }, onCancel }: { progress: PassProgress; onCancel: () => void }) {
  return (
    <div className={css.measuring} role="status">
      <span className={css.counted}>
        {of === 0
          ? 'Waiting for the reader'
          : `${formatNumber(done)} of ${formatNumber(of)}, ${formatDuration(etaS)} left`}
        <ProgressBar label="Transitions measured" value={done} total={of} />
      </span>
      <Button size="small" onClick={onCancel}>
        Cancel
      </Button>
    </div>
  )
}

/** What was recorded since the figures were made, or what a cancelled measurement left out. */
function Newer({ coverage: { coverages, cancelled, measure }, now }: { coverage: Coverage; now: DatasetSummary }) {
  const [first] = coverages ?? []
  if (!first) return null
  const newer = now.episodes - first.episodes - first.damagedEpisodes.length
  if (newer <= 0 && !cancelled) return null
  return (
    <div className={css.measuring} role="status">
      <span>{cancelled ? 'Cancelled' : `${formatNumber(newer)} newer ${newer === 1 ? 'episode' : 'episodes'}`}</span>
      <Button size="small" onClick={measure}>
        Measure again
      </Button>
    </div>
  )
}

function Figures({ names, coverages }: { names: readonly string[]; coverages: readonly DatasetCoverage[] }) {
  return (
    <div className={css.scroll} tabIndex={0} role="group" aria-label="Coverage figures">
      <div className={css.top}>
        <CoverageFigures names={names} coverages={coverages} />
        <div className={css.side}>
          <CoverageGrowth names={names} coverages={coverages} />
          <EpisodeLengths coverages={coverages} />
        </div>
      </div>
      <CoverageDimensions coverages={coverages} />
    </div>
  )
}

function EpisodeLengths({ coverages }: { coverages: readonly DatasetCoverage[] }) {
  const lengths = coverages.flatMap(({ length }) => length ?? [])
  const [first] = lengths
  if (!first || lengths.length < coverages.length) return null
  const medians = lengths.map(({ median }) => formatNumber(median)).join(' and ')
  return (
    <div>
      <div className={css.caption}>
        <b>Episode lengths</b> steps
      </div>
      <Distribution
        label={`Episode lengths, median ${medians} steps`}
        shapes={lengths.map(({ counts }, i) => ({ counts, kind: i === 0 ? 'filled' : 'line' }))}
        ends={['0', formatNumber(first.longest)]}
      />
    </div>
  )
}
