import type { CurvePoint, Job } from '../../contract/learner.ts'
import { taskText } from '../../contract/task.ts'

const COLUMNS =
  'run,learner,mode,dataset,task,goal_x_m,goal_y_m,goal_z_m,seed,update,time_s,critic_loss,actor_loss,mean_q,saturated,closest_m,episode_return'

/** All points of the drawn runs, SI units, one row a point; empty last fields where no episode was simulated. */
export function curvesCsv(jobs: readonly Job[], curves: Record<string, readonly CurvePoint[]>): string {
  const rows = [COLUMNS]
  for (const job of jobs) {
    const goal = job.task.kind === 'reach' ? job.task.goal : ['', '', '']
    const run = [job.id, job.learner, job.mode, job.datasetName, quoted(taskText(job.task)), ...goal, job.seed]
    for (const point of curves[job.id] ?? []) {
      const { update, time, criticLoss, actorLoss, meanQ, saturated, closestM, episodeReturn } = point
      const values = [update, time, criticLoss, actorLoss, meanQ, saturated, closestM ?? '', episodeReturn ?? '']
      rows.push([...run, ...values].join(','))
    }
  }
  return `${rows.join('\n')}\n`
}

/** A goal and an expression have commas. */
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
