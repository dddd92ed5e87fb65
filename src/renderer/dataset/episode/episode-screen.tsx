import { useCallback, useEffect, useMemo, useState } from 'react'
import type { CurationState } from '../../../contract/curation.ts'
import type { DatasetDetail, EpisodeDetail } from '../../../contract/dataset.ts'
import type { ArmLimits } from '../../../contract/robot.ts'
import { Button } from '../../parts/button.tsx'
import { classNames } from '../../parts/class-names.ts'
import { ContextMenu } from '../../parts/context-menu.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { END_REASONS } from '../../parts/end-reasons.tsx'
import { formatNumber } from '../../parts/format.ts'
import { Pane, PaneBody, PaneHead, WorkArea } from '../../parts/pane.tsx'
import { ProblemView } from '../../parts/problem-view.tsx'
import { Segment } from '../../parts/segment.tsx'
import { StateWord } from '../../parts/state-word.tsx'
import text from '../../parts/text.module.css'
import { useMediaQuery } from '../../parts/use-media-query.ts'
import type { PlotCursor } from '../../plot/plot-cursor.ts'
import { createPlotCursor, usePlotCursor } from '../../plot/plot-cursor.ts'
import type { PlotBand } from '../../plot/plot-marks.ts'
import { readExplorers } from '../../session/explorers.ts'
import { api } from '../../state/api.ts'
import { useKeyAction } from '../../state/keys.ts'
import { useRobot } from '../../state/robot-store.ts'
import { go } from '../../state/route.ts'
import { saveFile } from '../../state/save-file.ts'
import { readCuration, useCurationStore } from '../curation/curation-store.ts'
import { CursorPane } from './cursor-pane.tsx'
import { isArmWorld } from '../dataset-words.ts'
import { EpisodeArm } from './episode-arm.tsx'
import { episodeCsv } from './episode-csv.ts'
import { EpisodeCuration } from '../curation/episode-curation.tsx'
import type { LaneQuantity } from './episode-lanes.tsx'
import { EpisodeLanes } from './episode-lanes.tsx'
import { markedSpans } from './episode-marks.ts'
import css from './episode-screen.module.css'
import type { EpisodeSignals } from './episode-signals.ts'
import { durationOf, readSignals, stepAt } from './episode-signals.ts'
import { FlagStrip } from './flag-strip.tsx'
import { ReplayDialog } from './replay-dialog.tsx'
import { TransportPane } from './transport-pane.tsx'
import { useLoaded } from '../use-loaded.ts'
import { WallPlot } from './wall-plot.tsx'

type Props = { id: string; episode: number }
type Both = { dataset: DatasetDetail; episode: EpisodeDetail }

const readDataset = (id: string): Promise<DatasetDetail> => api.dataset.detail.query({ id })

function readEpisode(subject: string): Promise<EpisodeDetail> {
  const [id, episode] = JSON.parse(subject) as [string, number]
  return api.dataset.episode.query({ id, episode })
}

/** One episode under one cursor: arm, joints, distance to the walls, values, time line. */
export function EpisodeScreen({ id, episode }: Props) {
  const subject = JSON.stringify([id, episode])
  // What this window decides about the dataset is read again at once.
  const version = String(useCurationStore((state) => state.changes))
  const dataset = useLoaded(id, version, readDataset)
  const detail = useLoaded(subject, version, readEpisode)
  const curation = useLoaded(id, version, readCuration)
  const problem = detail.problem ?? dataset.problem
  useEffect(() => {
    // Without the list an explorer is shown by its short name; nothing else depends on it.
    readExplorers().catch(() => undefined)
  }, [])
  return (
    <WorkArea className={css.grid}>
      <TitleBar
        id={id}
        episode={episode}
        subject={subject}
        dataset={dataset.value}
        detail={detail.value}
        curation={curation.value}
      />
      {dataset.value && detail.value ? (
        <OpenEpisode key={subject} id={id} subject={subject} dataset={dataset.value} episode={detail.value} />
      ) : (
        <Pane className={css.rest} label="Episode">
          {problem ? (
            <ProblemView problem={problem} />
          ) : (
            <EmptyState small title={`Reading episode ${formatNumber(episode)}`} />
          )}
        </Pane>
      )}
    </WorkArea>
  )
}

type TitleProps = Props & {
  subject: string
  dataset: DatasetDetail | null
  detail: EpisodeDetail | null
  curation: CurationState | null
}

function TitleBar({ id, episode, subject, dataset, detail, curation }: TitleProps) {
  const last = dataset ? dataset.summary.episodes + dataset.summary.excludedEpisodes : null
  const row = detail?.row
  const [replaying, setReplaying] = useState(false)
  const previous = useCallback(() => episode > 1 && go('datasets', id, episode - 1), [id, episode])
  const next = useCallback(
    () => last !== null && episode < last && go('datasets', id, episode + 1),
    [id, episode, last],
  )
  useKeyAction('episode-back', previous)
  useKeyAction('episode-forward', next)
  const end = row ? END_REASONS[row.endReason] : null
  return (
    <Pane className={css.bar} label="Episode">
      <a href={`#/datasets/${encodeURIComponent(id)}`} className={text.ellipsis}>
        {dataset?.summary.name ?? 'Dataset'}
      </a>
      <span className={text.dim}>/</span>
      <h1>Episode {formatNumber(episode)}</h1>
      {end && <StateWord kind={end.glyph}>{end.label}</StateWord>}
      {row && dataset && (
        <Cause
          cause={detail.stop?.title || row.endMessage || 'Ran its full length'}
          message={row.endMessage}
          at={`step ${formatNumber(row.steps)} of ${formatNumber(dataset.sheet.stepsPerEpisode)}`}
        />
      )}
      <span className={css.space} />
      {row && <EpisodeCuration id={id} subject={subject} row={row} curation={curation} />}
      {dataset && isArmWorld(dataset.sheet.world) && (
        <Button size="small" kind="quiet" onClick={() => setReplaying(true)}>
          Replay on the arm…
        </Button>
      )}
      {replaying && dataset && (
        <ReplayDialog dataset={dataset.summary} episode={episode} onClose={() => setReplaying(false)} />
      )}
      <Button size="small" reason={episode > 1 ? null : 'This is the first episode'} onClick={previous}>
        Previous <kbd className={text.wideOnly}>[</kbd>
      </Button>
      <Button size="small" reason={last === null || episode < last ? null : 'This is the last episode'} onClick={next}>
        Next <kbd className={text.wideOnly}>]</kbd>
      </Button>
    </Pane>
  )
}

function OpenEpisode({ id, subject, dataset, episode }: Both & { id: string; subject: string }) {
  const { sheet, summary } = dataset
  const signals = useMemo(() => readSignals(episode), [episode])
  const [cursor] = useState(() => createPlotCursor(0))
  const limits = useRobot((state) => state.limits)
  const exportRange = useCallback(() => {
    const [from, to] = cursor.getState().zoom ?? [0, durationOf(signals)]
    const csv = episodeCsv(signals, sheet, stepAt(signals, from), stepAt(signals, to))
    saveFile(`${summary.name}-episode-${episode.row.episode}.csv`, csv, 'text/csv')
  }, [cursor, signals, sheet, summary.name, episode.row.episode])
  useKeyAction('export-range', exportRange)
  return (
    <>
      {isArmWorld(sheet.world) && <EpisodeArm detail={episode} signals={signals} limits={limits} cursor={cursor} />}
      <JointsPane dataset={dataset} signals={signals} limits={limits} cursor={cursor} onExport={exportRange} />
      <CursorPane row={episode.row} sheet={sheet} signals={signals} limits={limits} cursor={cursor} />
      <TransportPane
        id={id}
        subject={subject}
        row={episode.row}
        signals={signals}
        cursor={cursor}
        onExport={exportRange}
      />
    </>
  )
}

type JointsProps = {
  dataset: DatasetDetail
  signals: EpisodeSignals
  limits: ArmLimits | null
  cursor: PlotCursor
  onExport: () => void
}

/** Lanes of the joints, and for an arm the distance to the walls below them. */
function JointsPane({ dataset: { sheet }, signals, limits, cursor, onExport }: JointsProps) {
  const arm = isArmWorld(sheet.world)
  const [quantity, setQuantity] = useState<LaneQuantity>(arm ? 'speed' : 'action')
  const narrow = useMediaQuery('(max-width: 1200px)')
  const leftRoom = narrow ? 92 : 80
  const bands = useMemo(() => markedSpans(signals).map(toBand), [signals])
  return (
    <Pane label="Joints" className={arm ? undefined : css.wide}>
      <PaneHead
        title={arm ? <QuantitySegment value={quantity} onChange={setQuantity} /> : 'Actions'}
        end={
          <>
            <ShowAll cursor={cursor} />
            <Legend quantity={quantity} />
          </>
        }
      >
        <span>{SCALES[quantity](sheet.action[0]?.scale ?? 1)}</span>
      </PaneHead>
      <PlotMenu cursor={cursor} onExport={onExport}>
        <PaneBody flush clip className={css.lanes}>
          <EpisodeLanes
            signals={signals}
            sheet={sheet}
            limits={limits}
            quantity={quantity}
            bands={bands}
            cursor={cursor}
            leftRoom={leftRoom}
            withValues={narrow}
            xTicks={!arm}
          />
        </PaneBody>
        <FlagStrip signals={signals} cursor={cursor} nameWidth={leftRoom} />
        {arm && limits && (
          <>
            <div className={css.rule} />
            <PaneHead title="Tool tip to nearest wall" end="mm" />
            <PaneBody flush clip className={css.wall}>
              <WallPlot signals={signals} limits={limits} cursor={cursor} leftRoom={leftRoom} />
            </PaneBody>
          </>
        )}
      </PlotMenu>
    </Pane>
  )
}

type MenuProps = { cursor: PlotCursor; onExport: () => void; children: React.ReactNode }

/** What a right click on the plots offers. */
function PlotMenu({ cursor, onExport, children }: MenuProps) {
  const zoomed = usePlotCursor(cursor, ({ zoom }) => zoom !== null)
  const items = [
    { label: zoomed ? 'Export the visible range as CSV' : 'Export the episode as CSV', keys: 'Ctrl E', run: onExport },
    { label: 'Show all', disabled: !zoomed, run: () => cursor.setState({ zoom: null }) },
  ]
  return (
    <ContextMenu items={items}>
      <div className={css.plots}>{children}</div>
    </ContextMenu>
  )
}

const toBand = ({ kind, from, to }: ReturnType<typeof markedSpans>[number]): PlotBand => ({
  from,
  to,
  colour: kind === 'slowed' ? 'warn' : 'd3',
  cap: kind === 'slowed',
})

const SCALES: Record<LaneQuantity, (scale: number) => string> = {
  speed: (scale) => `± ${formatNumber((scale * 180) / Math.PI, 1)} °/s`,
  position: () => 'lower to upper limit',
  action: () => '± 1',
}

const QUANTITIES: readonly { value: LaneQuantity; label: string }[] = [
  { value: 'speed', label: 'Speed' },
  { value: 'position', label: 'Position' },
  { value: 'action', label: 'Action' },
]

function QuantitySegment({ value, onChange }: { value: LaneQuantity; onChange: (value: LaneQuantity) => void }) {
  return <Segment label="What the lanes show" options={QUANTITIES} value={value} onChange={onChange} />
}

function Legend({ quantity }: { quantity: LaneQuantity }) {
  const entries = quantity === 'position' ? [MEASURED] : quantity === 'speed' ? [SENT, ASKED, MEASURED] : [SENT, ASKED]
  return (
    <span className={css.legend}>
      {entries.map(({ name, colour }) => (
        <span key={name}>
          <i style={{ background: `var(--${colour})` }} />
          {name}
        </span>
      ))}
    </span>
  )
}

/** Back from a zoom; a double click in a plot does the same. */
function ShowAll({ cursor }: { cursor: PlotCursor }) {
  const zoomed = usePlotCursor(cursor, ({ zoom }) => zoom !== null)
  if (!zoomed) return null
  return (
    <Button size="small" kind="quiet" onClick={() => cursor.setState({ zoom: null })}>
      Show all
    </Button>
  )
}

const SENT = { name: 'sent', colour: 'accent' }
const ASKED = { name: 'asked', colour: 'edge' }
const MEASURED = { name: 'measured', colour: 't1' }

type CauseProps = { cause: string; message: string; at: string }

/** In one line, however long it is; whole in its title. */
function Cause({ cause, message, at }: CauseProps) {
  const says = `${cause.replace(/\.$/, '')}, ${at}`
  return (
    <span
      className={classNames(text.dim, text.ellipsis, css.cause)}
      title={message === '' || message === cause ? says : `${says}. ${message}`}
    >
      {says}
    </span>
  )
}
