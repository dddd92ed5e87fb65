import { learnerLabel } from '../../contract/learner-label.ts'
import type { Job } from '../../contract/learner.ts'
import type { Goal } from '../../contract/task.ts'
import { Button } from '../parts/button.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { formatDistance, formatDuration, formatNumber, MISSING } from '../parts/format.ts'
import { Quantity } from '../parts/quantity.tsx'
import { StateWord } from '../parts/state-word.tsx'
import { Row, Table, Td, Th } from '../parts/table.tsx'
import { api } from '../state/api.ts'
import { canResume, goalOf, isActive, isEnded, jobWord } from './job-words.ts'
import { leaveQueue } from './leave-queue.ts'
import css from './train-screen.module.css'
import { command } from './train-store.ts'

interface Props {
  jobs: readonly Job[]
  goals: readonly Goal[]
  drawn: readonly string[]
  onOverlay: (ids: string[]) => void
}

/** Running first, then the newest. */
const inOrder = (jobs: readonly Job[]): Job[] =>
  [...jobs].sort((a, b) => Number(isActive(b)) - Number(isActive(a)) || b.createdAt - a.createdAt)

export function RunTable({ jobs, goals, drawn, onOverlay }: Props) {
  if (jobs.length === 0) {
    return (
      <EmptyState small title="No runs yet">
        Every training stands here with its seed, rate, checkpoint and the closest distance it reached in simulation.
      </EmptyState>
    )
  }
  const toggle = (id: string) => onOverlay(drawn.includes(id) ? drawn.filter((other) => other !== id) : [...drawn, id])
  return (
    <Table
      label="Runs"
      head={
        <>
          <Th style={{ width: 32 }} />
          <Th>Learner</Th>
          <Th>Dataset</Th>
          <Th>Task</Th>
          <Th hide="narrow">Mode</Th>
          <Th number>Seed</Th>
          <Th number>Updates</Th>
          <Th number hide="narrow">
            Rate
          </Th>
          <Th number hide="narrow">
            Checkpoint
          </Th>
          <Th number title="Closest distance to the goal, or the return of a task without a goal">
            Simulated
          </Th>
          <Th>State</Th>
          <Th />
        </>
      }
    >
      {inOrder(jobs).map((job) => (
        <RunRow
          key={job.id}
          job={job}
          goals={goals}
          drawn={drawn.includes(job.id)}
          onToggle={() => toggle(job.id)}
          onOnly={() => onOverlay([job.id])}
        />
      ))}
    </Table>
  )
}

function checkpointText(job: Job): string {
  if (job.checkpointAgeS === null) return MISSING
  return isActive(job) ? `${formatDuration(job.checkpointAgeS)} ago` : 'kept'
}

interface RowProps {
  job: Job
  goals: readonly Goal[]
  drawn: boolean
  onToggle: () => void
  onOnly: () => void
}

function RunRow({ job, goals, drawn, onToggle, onOnly }: RowProps) {
  const { kind, word } = jobWord(job)
  return (
    <Row selected={drawn} onSelect={onOnly}>
      <Td>
        <input
          type="checkbox"
          className={css.tick}
          aria-label={`Draw ${learnerLabel(job.learner)}, seed ${job.seed}`}
          checked={drawn}
          onClick={(event) => event.stopPropagation()}
          onChange={onToggle}
        />
      </Td>
      <Td>
        <b>{learnerLabel(job.learner)}</b>
      </Td>
      <Td>{job.datasetName}</Td>
      <Td title={job.task.kind === 'expression' ? job.task.expression : undefined}>
        <span className={css.task}>{goalOf(job.task, goals)}</span>
      </Td>
      <Td hide="narrow">{job.mode}</Td>
      <Td number>{job.seed}</Td>
      <Td number>{formatNumber(job.updates)}</Td>
      <Td number hide="narrow">
        {job.updatesPerS === null ? MISSING : <Quantity value={formatNumber(job.updatesPerS)} unit="/s" />}
      </Td>
      <Td number dim hide="narrow">
        {checkpointText(job)}
      </Td>
      <Td number>
        <Simulated job={job} />
      </Td>
      <Td title={job.problem === null ? undefined : `${job.problem.message} ${job.problem.tip}`}>
        <StateWord kind={kind}>{word}</StateWord>
      </Td>
      <Td>
        <RunActions job={job} />
      </Td>
    </Row>
  )
}

function Simulated({ job: { closestM, episodeReturn } }: { job: Job }) {
  if (closestM !== null) return <Quantity value={formatDistance(closestM)} unit="mm" />
  return episodeReturn === null ? MISSING : <Quantity value={formatNumber(episodeReturn, 1)} unit="return" />
}

function RunActions({ job }: { job: Job }) {
  const act = (work: () => Promise<unknown>) => (event: React.MouseEvent) => {
    event.stopPropagation()
    void command(work)
  }
  return (
    <span className={css.rowActions}>
      {canResume(job) && (
        <Button size="small" onClick={act(() => api.learner.resume.mutate({ id: job.id }))}>
          Resume
        </Button>
      )}
      {job.state === 'running' && (
        <Button size="small" onClick={act(() => api.learner.pause.mutate({ id: job.id }))}>
          Pause
        </Button>
      )}
      {isActive(job) && (
        <Button
          size="small"
          onClick={act(() => api.learner.stop.mutate({ id: job.id }))}
          reason={job.state === 'stopping' ? 'It is stopping.' : null}
        >
          Stop and keep
        </Button>
      )}
      {job.state === 'waiting' && (
        <Button size="small" kind="quiet" onClick={act(() => leaveQueue(job))}>
          Remove from queue
        </Button>
      )}
      {isEnded(job) && (
        <Button
          size="small"
          kind="quiet"
          title="Its policy folder stays on disk."
          onClick={act(() => api.learner.remove.mutate({ id: job.id }))}
        >
          Remove from list
        </Button>
      )}
    </span>
  )
}
