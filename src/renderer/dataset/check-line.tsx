import { useState } from 'react'
import type { CheckReport, DatasetDetail, DatasetSummary } from '../../contract/dataset.ts'
import { Button } from '../parts/button.tsx'
import { formatNumber, formatPercent } from '../parts/format.ts'
import type { GlyphKind } from '../parts/glyph.tsx'
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

function Verdict({ actions, ...given }: VerdictProps) {
  const { kind, glyph, title, rest } = verdictOf(given)
  return (
    <Notice
      kind={kind}
      glyph={glyph}
      title={
        <>
          {title} <span className={css.said}>{rest}</span>
        </>
      }
      {...(actions === undefined ? {} : { actions })}
    />
  )
}

type Said = { kind: 'plain' | 'warn' | 'bad'; glyph: GlyphKind; title: string; rest: string }

function verdictOf({ summary, detail, due, report, failure }: Omit<VerdictProps, 'actions'>): Said {
  const plain = (glyph: GlyphKind, title: string, rest: string): Said => ({ kind: 'plain', glyph, title, rest })
  if (summary.state === 'recording')
    return plain('act', 'Recording now.', 'Finished episodes appear here. The check runs when the recording ends.')
  if (failure !== null) return { kind: 'bad', glyph: 'bad', title: 'The check could not be done.', rest: failure }
  if (!due) return plain('wait', 'Not checked in this session.', 'A check reads every byte.')
  if (report === null) return plain('act', 'Checking.', 'Every episode is read and compared with its checksum.')
  if (report.ok)
    return plain(
      'ok',
      'Check: good.',
      `All ${formatNumber(summary.episodes)} episodes match their checksums. ${notes(report)}${shares(detail)}`,
    )
  const damaged = report.problems.filter(({ code }) => code === 'episode-damaged').length
  if (damaged > 0)
    return {
      kind: 'warn',
      glyph: 'warn',
      title: `${counted(damaged, 'episode')} cannot be read.`,
      rest: intact(summary.episodes - damaged),
    }
  const problems = report.problems.filter(({ severity }) => severity === 'problem')
  return plain('warn', `Check: ${counted(problems.length, 'problem')}.`, problems[0]?.message ?? '')
}

const notes = ({ problems }: CheckReport): string =>
  problems.length === 0 ? '' : `${counted(problems.length, 'note')}. `

const intact = (count: number): string => `The other ${formatNumber(count)} match their checksums.`

const counted = (count: number, noun: string): string => `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`

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
