import type { ExchangeJob } from '../../../contract/exchange-job.ts'
import { Button } from '../../parts/button.tsx'
import { formatBytes, formatDuration, formatNumber, formatPercent, NBSP } from '../../parts/format.ts'
import { Notice } from '../../parts/notice.tsx'
import { ProgressBar } from '../../parts/progress-bar.tsx'
import { api } from '../../state/api.ts'
import css from './exchange.module.css'

interface Props {
  jobs: readonly ExchangeJob[]
  /** For a narrow pane: of one that is done only its name; where it lies shows on hover. */
  short?: boolean
}

/** One row for each export or import: how far it is, and what became of it. */
export function ExchangeLines({ jobs, short = false }: Props) {
  return (
    <>
      {jobs.map((job) => (
        <Line key={job.id} job={job} short={short} />
      ))}
    </>
  )
}

const KINDS = {
  waiting: 'plain',
  running: 'plain',
  done: 'ok',
  cancelled: 'warn',
  interrupted: 'warn',
  failed: 'bad',
} as const

function Line({ job, short }: { job: ExchangeJob; short: boolean }) {
  const { id, state } = job
  const active = state === 'waiting' || state === 'running'
  const end = active ? api.exchange.cancel : api.exchange.forget
  const unsound = job.result?.sound === false
  return (
    <Notice
      kind={unsound ? 'warn' : KINDS[state]}
      title={<span title={job.out}>{titleOf(job)}</span>}
      actions={
        <Button size="small" kind="quiet" onClick={() => void end.mutate({ id })}>
          {active ? 'Cancel' : 'Dismiss'}
        </Button>
      }
    >
      {!(short && state === 'done') && <Detail job={job} />}
    </Notice>
  )
}

/** `a/came-back.forager` is the dataset came-back. */
const datasetOf = (path: string): string => path.replace(/^.*[/\\]/, '').replace(/\.forager$/, '')

function titleOf({ kind, name, format, state, out }: ExchangeJob): string {
  const what = `${name} as ${kind === 'export' ? format : datasetOf(out)}`
  switch (state) {
    case 'waiting':
      return `${kind === 'export' ? 'Export' : 'Import'} of ${what} waits for the one before it.`
    case 'running':
      return `${kind === 'export' ? 'Exporting' : 'Importing'} ${what}`
    case 'done':
      return `${kind === 'export' ? 'Exported' : 'Imported'} ${what}.`
    case 'cancelled':
      return `${kind === 'export' ? 'Export' : 'Import'} of ${what} was cancelled. Nothing is left of it.`
    case 'interrupted':
      return `${kind === 'export' ? 'Export' : 'Import'} of ${what} was interrupted.`
    case 'failed':
      return `${kind === 'export' ? 'Export' : 'Import'} of ${what} failed.`
  }
}

function Detail({ job }: { job: ExchangeJob }) {
  const { state, progress, result, problem, out } = job
  if (problem !== null) return `${problem.message} ${problem.tip}`
  if (result !== null) {
    const [size, unit] = formatBytes(result.bytes)
    const counts = `${formatNumber(result.episodes)} episodes, ${formatNumber(result.transitions)} transitions, ${size}${NBSP}${unit}`
    return (
      <>
        <span className={css.path}>{out}</span>
        <br />
        {counts}, counted from the written file.
        {result.sound === false && ' The check has found problems in it: see the verdict above its episodes.'}
      </>
    )
  }
  if (state !== 'running') return null
  if (progress === null) return 'Reading'
  const { done, of, etaS } = progress
  if (of === null) return `${formatNumber(done)} transitions`
  const words = done >= of ? 'reading it back' : etaS === null ? '' : `${formatDuration(etaS)} left`
  return (
    <span className={css.progress}>
      <ProgressBar label="Transitions" value={done} total={of} />
      <span>
        {formatPercent(done / Math.max(1, of), 0)}
        {NBSP}%{words === '' ? '' : `, ${words}`}
      </span>
    </span>
  )
}
