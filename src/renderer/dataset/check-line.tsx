import { useState } from 'react'
import type { CheckReport, DatasetDetail, DatasetSummary } from '../../contract/dataset.ts'
import { Button } from '../parts/button.tsx'
import { formatNumber, formatPercent } from '../parts/format.ts'
import { Notice } from '../parts/notice.tsx'
import { api } from '../state/api.ts'
import css from './datasets-screen.module.css'
import { useLoaded } from './use-loaded.ts'

type Props = { summary: DatasetSummary; version: string; detail: DatasetDetail | null }

/** A check reads every byte; above this many transitions a person asks for it. */
const CHECKED_UNASKED = 500_000

const readCheck = (id: string): Promise<CheckReport> => api.dataset.check.query({ id })

/** Verdict of the check, one line; the findings below it on demand. */
export function CheckLine({ summary, version, detail }: Props) {
  const { id, state, transitions } = summary
  const [asked, setAsked] = useState(false)
  const [open, setOpen] = useState(false)
  const due = state !== 'recording' && (asked || transitions <= CHECKED_UNASKED)
  const report = useLoaded(due ? id : null, version, readCheck)
  const verdict = state === 'recording' ? null : report.value
  const actions =
    verdict && verdict.problems.length > 0 ? (
      <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Close details' : 'Details'}
      </Button>
    ) : !due && state !== 'recording' ? (
      <Button size="small" onClick={() => setAsked(true)}>
        Check now
      </Button>
    ) : undefined
  return (
    <>
      <div className={css.check}>
        <Verdict
          summary={summary}
          detail={detail}
          due={due}
          report={verdict}
          failure={report.problem?.message ?? null}
          actions={actions}
        />
      </div>
      {open && verdict && <Findings report={verdict} />}
    </>
  )
}

type VerdictProps = {
  summary: DatasetSummary
  detail: DatasetDetail | null
  due: boolean
  report: CheckReport | null
  failure: string | null
  actions: React.ReactNode
}

function Verdict({ summary, detail, due, report, failure, actions }: VerdictProps) {
  const rest = actions === undefined ? {} : { actions }
  if (summary.state === 'recording')
    return (
      <Notice glyph="act" title="Recording now." {...rest}>
        Every finished episode appears here. The check runs when the recording ends.
      </Notice>
    )
  if (failure !== null)
    return (
      <Notice kind="bad" title="The check could not be done." {...rest}>
        {failure}
      </Notice>
    )
  if (!due)
    return (
      <Notice glyph="wait" title="Not checked in this session." {...rest}>
        A check reads every byte.
      </Notice>
    )
  if (report === null)
    return (
      <Notice glyph="act" title="Checking." {...rest}>
        Reading every episode and its checksum.
      </Notice>
    )
  if (report.ok)
    return (
      <Notice glyph="ok" title="Check: good." {...rest}>
        All {formatNumber(summary.episodes)} episodes match their checksums. {shares(detail)}
      </Notice>
    )
  const damaged = report.problems.filter(({ code }) => code === 'episode-damaged').length
  const count = report.problems.length
  return (
    <Notice
      kind={damaged > 0 ? 'warn' : 'plain'}
      glyph="warn"
      title={
        damaged > 0
          ? `${formatNumber(damaged)} episodes cannot be read.`
          : `Check: ${formatNumber(count)} ${count === 1 ? 'note' : 'notes'}.`
      }
      {...rest}
    >
      {report.problems[0]?.message}
    </Notice>
  )
}

/** Share of steps that the supervisor slowed or clipped. */
function shares(detail: DatasetDetail | null): string {
  const steps = detail?.summary.transitions ?? 0
  if (!detail || steps === 0) return ''
  const clipped = formatPercent(detail.clippedSteps / steps)
  return `${formatPercent(detail.slowedSteps / steps)} % of steps slowed, ${clipped} % clipped.`
}

function Findings({ report }: { report: CheckReport }) {
  return (
    <ol className={css.details} aria-label="Findings of the check">
      {report.problems.map((problem, i) => (
        <li key={i}>
          {problem.message} <span>{problem.tip}</span>
        </li>
      ))}
    </ol>
  )
}
