import { useState } from 'react'
import type { CheckReport, DatasetSummary } from '../../contract/dataset.ts'
import type { PassProgress } from '../../contract/dataset-coverage.ts'
import { Button } from '../parts/button.tsx'
import { checkWords, checkingWords, failedCheckWords, figureWords } from '../parts/check-words.ts'
import type { CheckWords } from '../parts/check-words.ts'
import type { GlyphKind } from '../parts/glyph.tsx'
import { Notice } from '../parts/notice.tsx'
import { useCheck } from '../state/use-check.ts'
import css from './datasets-screen.module.css'

type Props = { summary: DatasetSummary; version: string }

/** A check reads every byte; above this many transitions a person asks for it. */
const CHECKED_UNASKED = 500_000

/** Verdict of the check, one line; the findings below it on demand. */
export function CheckLine({ summary, version }: Props) {
  const { id, state, transitions } = summary
  const [asked, setAsked] = useState<{ id: string; check: boolean } | null>(null)
  const [open, setOpen] = useState(false)
  const wanted = asked?.id === id ? asked.check : transitions <= CHECKED_UNASKED
  const due = state !== 'recording' && wanted
  const { report, progress, problem } = useCheck(due ? id : null, version)
  const verdict = state === 'recording' ? null : report
  const ask = (check: boolean): void => setAsked({ id, check })
  const actions =
    progress !== null ? (
      <Button size="small" onClick={() => ask(false)}>
        Cancel
      </Button>
    ) : verdict !== null ? (
      <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Close details' : 'Details'}
      </Button>
    ) : !due && state !== 'recording' ? (
      <Button size="small" onClick={() => ask(true)}>
        Check now
      </Button>
    ) : undefined
  return (
    <>
      <div className={css.check}>
        <Verdict
          summary={summary}
          due={due}
          report={verdict}
          progress={progress}
          failure={problem?.message ?? null}
          actions={actions}
        />
      </div>
      {open && verdict && <Findings report={verdict} />}
    </>
  )
}

type VerdictProps = {
  summary: DatasetSummary
  due: boolean
  report: CheckReport | null
  progress: PassProgress | null
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

function verdictOf({ summary, due, report, progress, failure }: Omit<VerdictProps, 'actions'>): CheckWords {
  const plain = (glyph: GlyphKind, title: string, rest: string): CheckWords => ({ kind: 'plain', glyph, title, rest })
  if (summary.state === 'recording')
    return plain('act', 'Recording now.', 'Finished episodes appear here. The check runs when the recording ends.')
  if (failure !== null) return failedCheckWords(failure)
  if (!due) return plain('wait', 'Not checked in this session.', 'A check reads every byte.')
  return report === null ? checkingWords(progress) : checkWords(report)
}

function Findings({ report: { problems, figures } }: { report: CheckReport }) {
  return (
    <ol className={css.details} aria-label="Findings of the check">
      {problems.map((problem, i) => (
        <li key={i}>
          {problem.message} <span>{problem.tip}</span>
        </li>
      ))}
      {figureWords(figures).map((fact) => (
        <li key={fact}>{fact}</li>
      ))}
    </ol>
  )
}
