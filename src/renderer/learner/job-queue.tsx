import { learnerLabel } from '../../contract/learner-label.ts'
import type { Job } from '../../contract/learner.ts'
import type { Goal } from '../../contract/task.ts'
import { Button } from '../parts/button.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { formatDuration, formatNumber } from '../parts/format.ts'
import { ProgressBar } from '../parts/progress-bar.tsx'
import { StateWord } from '../parts/state-word.tsx'
import { api } from '../state/api.ts'
import { groupEta, queueOf, type JobGroup } from './job-groups.ts'
import { isActive, jobWord, taskLabel } from './job-words.ts'
import { leaveQueue } from './leave-queue.ts'
import css from './train-screen.module.css'
import { command } from './train-store.ts'

export function JobQueue({ jobs, goals }: { jobs: readonly Job[]; goals: readonly Goal[] }) {
  const groups = queueOf(jobs)
  if (groups.length === 0) {
    return (
      <EmptyState small title="Nothing to train">
        Runs wait here and start one after another. A stopped run keeps its checkpoint and goes on from it.
      </EmptyState>
    )
  }
  return groups.map((group) => <GroupRow key={group.key} group={group} goals={goals} />)
}

/** Takes out what waits and stops what runs. What runs comes last: a seed that still waited would start in its place. */
async function endGroup({ jobs }: JobGroup): Promise<void> {
  for (const job of jobs.filter(({ state }) => state === 'waiting')) if (!(await command(() => leaveQueue(job)))) return
  for (const { id } of jobs.filter(isActive)) if (!(await command(() => api.learner.stop.mutate({ id })))) return
}

function GroupRow({ group, goals }: { group: JobGroup; goals: readonly Goal[] }) {
  const running = group.jobs.find(isActive)
  const lead = running ?? group.jobs[0]
  if (lead === undefined) return null
  const { kind, word } = jobWord(lead)
  const seeds = group.jobs.length > 1 ? ` · ${group.jobs.length} seeds` : ` · seed ${lead.seed}`
  const eta = groupEta(group)
  return (
    <div className={css.job}>
      <b>
        {learnerLabel(lead.learner)} · {taskLabel(lead.task, goals)}
        {seeds}
      </b>
      <StateWord kind={kind}>{word}</StateWord>
      <small>{running ? `${formatNumber(lead.updates)} of ${formatNumber(lead.target)}` : lead.datasetName}</small>
      <small className={css.left}>{eta === null ? '' : `${formatDuration(eta)} left`}</small>
      {running && (
        <span className={css.bar}>
          <ProgressBar label="Updates" value={lead.updates} total={lead.target} />
        </span>
      )}
      <span className={css.jobActions}>
        <Button
          size="small"
          onClick={() => void endGroup(group)}
          reason={lead.state === 'stopping' ? 'It is stopping.' : null}
        >
          {running ? 'Stop and keep' : 'Remove from queue'}
        </Button>
      </span>
    </div>
  )
}
