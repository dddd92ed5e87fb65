import { useEffect, useState } from 'react'
import type { ReachOfBox } from '../../contract/dataset-coverage.ts'
import type { DatasetDetail, DatasetSummary } from '../../contract/dataset.ts'
import { Button } from '../parts/button.tsx'
import { classNames } from '../parts/class-names.ts'
import { formatBytes, formatClock, formatDay, formatNumber, formatPercent, NBSP } from '../parts/format.ts'
import { Segment } from '../parts/segment.tsx'
import text from '../parts/text.module.css'
import { trainOn } from '../learner/train-on.ts'
import { explorerLabel, useExplorers } from '../session/explorers.ts'
import { readReach, useReach } from '../state/reach-store.ts'
import { workspaceScale } from '../state/workspace-scale.ts'
import css from './datasets-screen.module.css'
import { browse, useBrowse, useDatasets } from './dataset-store.ts'
import type { DatasetView } from './dataset-store.ts'
import { isArmWorld, leftOutText, notTheArm } from './dataset-words.ts'
import { NewViewDialog } from './curation/new-view-dialog.tsx'
import { PutAway } from './curation/put-away.tsx'
import { freshView } from './curation/view-draft.ts'
import { ExportDialog } from './exchange/export-dialog.tsx'

type Props = { summary: DatasetSummary; detail: DatasetDetail | null; readable: boolean }

/** Name, where the data come from, and the five numbers; of a file that cannot be read only the name is known. */
export function DatasetHead({ summary, detail, readable }: Props) {
  useExplorers((state) => state.explorers)
  const { id, name, explorer, mode, seed } = summary
  const where = notTheArm(summary)
  const [exporting, setExporting] = useState(false)
  const [combining, setCombining] = useState(false)
  const datasets = useDatasets((state) => state.datasets)
  return (
    <>
      <div className={css.head}>
        <div className={css.names}>
          <h1 className={text.title} title={summary.path}>
            {name}
          </h1>
          <div className={classNames(text.small, text.dim)}>
            {readable
              ? `${explorerLabel(explorer)}, mode ${mode}, seed ${seed}${where === '' ? '' : ` · ${where}`} · collected ${period(summary.createdAt, detail?.lastEpisodeAt)}`
              : summary.path}
          </div>
        </div>
        {readable && (
          <Button
            reason={summary.episodes === 0 ? 'It has no finished episode yet' : null}
            onClick={() => setExporting(true)}
          >
            Export…
          </Button>
        )}
        {readable && (
          <Button
            reason={summary.episodes === 0 ? 'It has no finished episode yet' : null}
            onClick={() => setCombining(true)}
          >
            Combine…
          </Button>
        )}
        {!readable && <PutAway summary={summary} />}
        {readable && (
          <Button kind="primary" reason={whyNotTrain(summary)} onClick={() => trainOn(id)}>
            Train on this
          </Button>
        )}
        {combining && (
          <NewViewDialog datasets={datasets ?? []} begin={freshView(id)} onClose={() => setCombining(false)} />
        )}
        {exporting && <ExportDialog summary={summary} onClose={() => setExporting(false)} />}
      </div>
      {readable && <Figures summary={summary} detail={detail} />}
    </>
  )
}

/** Why this window cannot train on the data; null when it can. */
function whyNotTrain({ transitions }: DatasetSummary): string | null {
  return transitions === 0 ? 'It has no transitions yet' : null
}

const VIEWS: readonly { value: DatasetView; label: React.ReactNode }[] = [
  { value: 'episodes', label: 'Episodes' },
  { value: 'coverage', label: 'Coverage' },
  { value: 'timeline', label: 'Timeline' },
]

function Figures({ summary, detail }: Omit<Props, 'readable'>) {
  const { transitions } = summary
  useEffect(() => {
    readReach().catch(() => undefined)
  }, [])
  const reach = useReach((state) => state.reach)
  const [bytes, unit] = formatBytes(summary.bytes)
  return (
    <div className={css.numbers}>
      <Figure
        label="Transitions"
        value={formatNumber(transitions)}
        unit={ofTarget(summary)}
        title={leftOutText(summary)}
      />
      <Figure label="Episodes" value={formatNumber(summary.episodes)} unit={ofRecorded(summary)} />
      {isArmWorld(summary.world) ? (
        <Figure
          label="Coverage"
          value={formatPercent(workspaceShare(detail, reach))}
          unit="%"
          title={cells(detail, reach)}
        />
      ) : (
        <Figure label="Return" value={formatNumber(detail?.return?.mean, 1)} unit={spread(detail)} />
      )}
      <Figure label="Late ticks" value={formatNumber(detail?.lateTicks)} />
      <Figure label="Size" value={bytes} unit={unit} title={detail ? signalSizes(detail) : undefined} />
      <span className={css.space} />
      <div className={css.view}>
        <Segment
          label="What is shown below"
          options={VIEWS}
          value={useBrowse(summary.id).view}
          onChange={(view) => browse(summary.id, { view })}
        />
        <kbd className={text.wideOnly}>C</kbd>
      </div>
    </div>
  )
}

/** "sent actions 5.6 MB" and so on, one a line. */
function signalSizes({ signalBytes }: DatasetDetail): string {
  return Object.entries(signalBytes)
    .sort(([, a], [, b]) => b - a)
    .map(([signal, size]) => `${signal.replaceAll('_', ' ')} ${formatBytes(size).join(NBSP)}`)
    .join('\n')
}

type FigureProps = { label: string; value: string; unit?: string; title?: string | undefined }

function Figure({ label, value, unit = '', title }: FigureProps) {
  return (
    <div title={title}>
      <div className={text.label}>{label}</div>
      <div className={text.mid}>
        {value}
        {unit !== '' && <span className={text.unit}>{unit}</span>}
      </div>
    </div>
  )
}

/** What the run wants while it is not finished; then whether people left some out. */
function ofTarget({ state, transitions, leftOutTransitions, target }: DatasetSummary): string {
  if (state !== 'ready') return transitions < target ? `of ${formatNumber(target)}` : ''
  return leftOutTransitions > 0 ? 'kept' : ''
}

/** How many there are with those that a person left out. */
const ofRecorded = ({ episodes, excludedEpisodes }: DatasetSummary): string =>
  excludedEpisodes > 0 ? `of ${formatNumber(episodes + excludedEpisodes)} kept` : ''

/** Standard deviation of the returns of the episodes. */
const spread = (detail: DatasetDetail | null): string =>
  detail?.return ? `± ${formatNumber(detail.return.std, 1)}` : ''

/** Of the cells within reach where they are known, else of the box. */
function workspaceShare(detail: DatasetDetail | null, reach: ReachOfBox | null): number | undefined {
  const coverage = detail?.coverage
  return coverage ? Math.min(1, coverage.fraction * (workspaceScale(coverage, reach) ?? 1)) : undefined
}

function cells(detail: DatasetDetail | null, reach: ReachOfBox | null): string | undefined {
  if (!detail?.coverage) return undefined
  const { cellsReached, cellsTotal, cellSizeM } = detail.coverage
  const scale = workspaceScale(detail.coverage, reach)
  const of = formatNumber(cellsTotal / (scale ?? 1))
  const which = scale === null ? 'of the allowed box' : 'within reach'
  return `${formatNumber(cellsReached)} of ${of} cells of ${formatNumber(cellSizeM * 1000)} mm ${which}`
}

/** "21 Nov 2026, 08:57 to 12:18": from its making to its newest episode; the second day only when it is another one. */
function period(createdAt: number, lastEpisodeAt: number | null = null): string {
  const from = `${formatDay(createdAt)} ${new Date(createdAt).getFullYear()}, ${formatClock(createdAt)}`
  if (lastEpisodeAt === null || lastEpisodeAt - createdAt < 60_000) return from
  const sameDay = new Date(createdAt).toDateString() === new Date(lastEpisodeAt).toDateString()
  return `${from} to ${sameDay ? '' : `${formatDay(lastEpisodeAt)}, `}${formatClock(lastEpisodeAt)}`
}
