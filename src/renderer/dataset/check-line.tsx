import { useState } from 'react'
import type { CheckFigures, CheckReport, DatasetDetail, DatasetSummary } from '../../contract/dataset.ts'
import type { PassProgress } from '../../contract/dataset-coverage.ts'
import { Button } from '../parts/button.tsx'
import { formatDuration, formatNumber, formatPercent } from '../parts/format.ts'
import type { GlyphKind } from '../parts/glyph.tsx'
import { Notice } from '../parts/notice.tsx'
import css from './datasets-screen.module.css'
import { useCheck } from './use-check.ts'

type Props = { summary: DatasetSummary; version: string; detail: DatasetDetail | null }

/** A check reads every byte; above this many transitions a person asks for it. */
const CHECKED_UNASKED = 500_000

/** Verdict of the check, one line; the findings below it on demand. */
export function CheckLine({ summary, version, detail }: Props) {
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
          detail={detail}
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
  detail: DatasetDetail | null
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

type Said = { kind: 'plain' | 'warn' | 'bad'; glyph: GlyphKind; title: string; rest: string }

function verdictOf({ summary, detail, due, report, progress, failure }: Omit<VerdictProps, 'actions'>): Said {
  const plain = (glyph: GlyphKind, title: string, rest: string): Said => ({ kind: 'plain', glyph, title, rest })
  if (summary.state === 'recording')
    return plain('act', 'Recording now.', 'Finished episodes appear here. The check runs when the recording ends.')
  if (failure !== null) return { kind: 'bad', glyph: 'bad', title: 'The check could not be done.', rest: failure }
  if (!due) return plain('wait', 'Not checked in this session.', 'A check reads every byte.')
  if (report === null) return plain('act', 'Checking.', howFar(progress))
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

/** Worth a number only where it takes a while. */
const howFar = (progress: PassProgress | null): string =>
  progress === null || progress.etaS === null || progress.etaS < 1
    ? 'Every episode is read and compared with its checksum.'
    : `${formatNumber(progress.done)} of ${formatNumber(progress.of)} steps, ${formatDuration(progress.etaS)} left.`

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

function Findings({ report: { problems, figures } }: { report: CheckReport }) {
  return (
    <ol className={css.details} aria-label="Findings of the check">
      {problems.map((problem, i) => (
        <li key={i}>
          {problem.message} <span>{problem.tip}</span>
        </li>
      ))}
      {factsOf(figures).map((fact) => (
        <li key={fact}>{fact}</li>
      ))}
    </ol>
  )
}

/** How the run was recorded, for everybody to judge. */
function factsOf(figures: CheckFigures): string[] {
  const { idle, clipped, slowed, late, saturated, stepP99Ms, longestStepMs, holes, trackingRms } = figures
  const percent = (share: number): string => `${formatPercent(share)} %`
  const motion = [
    `${percent(clipped)} of steps clipped`,
    `${percent(slowed)} slowed`,
    `${percent(late)} late`,
    ...(idle === null ? [] : [`${percent(idle)} idle`]),
    `${percent(saturated)} of sent actions at their bound`,
  ]
  const tracking = trackingRms === null ? [] : [`Moved and sent joint speed differ by ${trackingRms.toFixed(4)} rad/s.`]
  const longest = `the longest ${longestStepMs.toFixed(1)} ms`
  return [
    `${motion.join(', ')}.`,
    `99 % of steps took at most ${stepP99Ms.toFixed(1)} ms, ${longest}; ${counted(holes, 'hole')}.`,
    ...tracking,
  ]
}
