import { useEffect, useState } from 'react'
import type { DatasetSummary } from '../../../contract/dataset.ts'
import type { ActionChoice } from '../../../contract/exchange.ts'
import type { ExportFormat, ExportRoom, ExportSurvey } from '../../../contract/exchange-job.ts'
import type { Problem } from '../../../contract/problem.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Field } from '../../parts/field.tsx'
import { formatBytes, formatNumber, NBSP } from '../../parts/format.ts'
import { ProblemNotice } from '../../parts/problem-notice.tsx'
import { RadioRows } from '../../parts/radio-rows.tsx'
import { Segment } from '../../parts/segment.tsx'
import text from '../../parts/text.module.css'
import { api, problemOf } from '../../state/api.ts'
import { usePress } from '../../state/press.ts'
import { ExchangeLines } from './exchange-lines.tsx'
import { useExchange } from './exchange-store.ts'
import css from './exchange.module.css'

interface Props {
  summary: DatasetSummary
  onClose: () => void
}

/** Writes a dataset in the format of another tool: what it would be and lose, where to, and how it goes. */
export function ExportDialog({ summary, onClose }: Props) {
  const { survey, problem } = useSurvey(summary.id)
  const jobs = useExchange((state) => state.jobs).filter(({ kind, name }) => kind === 'export' && name === summary.name)
  return (
    <Dialog
      open
      title={`Export ${summary.name}`}
      titleEnd={survey && countsOf(survey)}
      description="The dataset stays as it is. What is written is read back and counted before it gets its name."
      onClose={onClose}
    >
      <ProblemNotice problem={problem} />
      {survey ? (
        <ExportForm
          summary={summary}
          survey={survey}
          lines={<ExchangeLines jobs={jobs.slice(0, 2)} />}
          onClose={onClose}
        />
      ) : (
        problem === null && <EmptyState small title="Looking at what each format can hold" />
      )}
    </Dialog>
  )
}

function useSurvey(id: string) {
  const [survey, setSurvey] = useState<ExportSurvey | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  useEffect(() => {
    let here = true
    api.exchange.survey.query({ id }).then(
      (found) => here && setSurvey(found),
      (error: unknown) => here && setProblem(problemOf(error)),
    )
    return () => {
      here = false
    }
  }, [id])
  return { survey, problem }
}

function countsOf({ episodes, transitions, leftOut }: ExportSurvey): string {
  const counts = `${formatNumber(episodes)} episodes, ${formatNumber(transitions)} transitions`
  return leftOut.transitions === 0 ? counts : `${counts}; ${formatNumber(leftOut.transitions)} left out by people`
}

const sizeText = (bytes: number | null): string => formatBytes(bytes).join(NBSP)

/** `HOME/exports/NAME.parquet` */
function placeFor(folder: string, { name }: ExportFormat): string {
  return `${folder}${folder.includes('\\') ? '\\' : '/'}${name}`
}

function ExportForm({ summary, survey, lines, onClose }: Props & { survey: ExportSurvey; lines: React.ReactNode }) {
  const [format, setFormat] = useState(survey.formats[0]?.format ?? '')
  const [actions, setActions] = useState<ActionChoice>('policy')
  const [typed, setTyped] = useState<string | null>(null)
  const { busy, problem, press } = usePress()
  const chosen = survey.formats.find((each) => each.format === format)
  const proposed = chosen ? placeFor(survey.folder, chosen) : ''
  const jobs = useExchange((state) => state.jobs)
  const again = jobs.filter(({ state }) => state === 'done').length
  // A proposal steps aside for what is there; what a person typed stays.
  const asked = useRoom(typed ?? proposed, again)
  const out = typed ?? asked?.free ?? proposed
  const aside = useRoom(out, again)
  const room = out === (typed ?? proposed) ? asked : aside
  if (!chosen) return null
  const choose = (next: string) => {
    setFormat(next)
    setTyped(null)
  }
  const start = () => press(() => api.exchange.export.mutate({ id: summary.id, format, actions, out }))
  return (
    <>
      <ProblemNotice problem={problem} />
      <div className={css.columns}>
        <div className={css.formats}>
          <RadioRows
            label="Format"
            value={format}
            onChange={choose}
            rows={survey.formats.map(({ format: value, label, summary: about, bytes, makes }) => ({
              value,
              title: label,
              remark: `${makes}, about ${sizeText(bytes)}`,
              text: about,
            }))}
          />
        </div>
        <div className={css.choices}>
          <p className={text.narrowOnly}>{chosen.summary}</p>
          <ActionField actions={actions} onChange={setActions} />
          <Field
            label={`New ${chosen.makes} on the station's computer`}
            value={out}
            onChange={setTyped}
            invalid={room?.problem?.message}
          />
          <Room room={room} bytes={chosen.bytes} />
          <Losses losses={chosen.losses[actions]} />
        </div>
      </div>
      {lines}
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
        <Button kind="primary" disabled={busy} reason={whyNot(survey, out, room)} onClick={() => void start()}>
          Export as {chosen.label}
        </Button>
      </DialogActions>
    </>
  )
}

function whyNot({ episodes }: ExportSurvey, out: string, room: ExportRoom | null): string | null {
  if (episodes === 0) return 'It has no finished episode yet.'
  if (out.trim() === '') return 'Type a path first.'
  return room?.problem?.message ?? null
}

/** Where a path stands now; looked at again when an export has ended. */
function useRoom(out: string, again: number): ExportRoom | null {
  const [room, setRoom] = useState<{ out: string; room: ExportRoom } | null>(null)
  useEffect(() => {
    let here = true
    const timer = setTimeout(() => {
      api.exchange.room.query({ out }).then(
        (found) => here && setRoom({ out, room: found }),
        () => undefined,
      )
    }, 150)
    return () => {
      here = false
      clearTimeout(timer)
    }
  }, [out, again])
  return room?.out === out ? room.room : null
}

function ActionField({ actions, onChange }: { actions: ActionChoice; onChange: (actions: ActionChoice) => void }) {
  return (
    <div className={css.choice}>
      <span>The format's action is</span>
      <Segment
        label="The format's action"
        tall
        value={actions}
        options={[
          { value: 'policy', label: 'what was asked for', title: "The policy's action: what learning usually takes." },
          { value: 'sent', label: 'what was sent', title: 'After the supervisor: what the arm was told to do.' },
        ]}
        onChange={onChange}
      />
    </div>
  )
}

/** Size against the free space. */
function Room({ room, bytes }: { room: ExportRoom | null; bytes: number }) {
  const free = room?.freeBytes ?? null
  const tight = free !== null && bytes > 0.9 * free
  return (
    <p className={tight ? css.tight : css.room}>
      About {sizeText(bytes)} to write, {free === null ? 'free space not read yet' : `${sizeText(free)} free there`}.
      {tight && ' It may not fit; a full disk ends the export and leaves nothing behind.'}
    </p>
  )
}

function Losses({ losses }: { losses: readonly string[] }) {
  if (losses.length === 0) return <p className={css.room}>This format holds everything of this dataset.</p>
  return (
    <div className={css.losses}>
      <h2>Not in it</h2>
      <ul>
        {losses.map((loss) => (
          <li key={loss}>{loss}</li>
        ))}
      </ul>
    </div>
  )
}
