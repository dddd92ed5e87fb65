import type { CurvePoint, Job } from '../../contract/learner.ts'

const COLUMNS =
  'run,learner,mode,dataset,goal_x_m,goal_y_m,goal_z_m,seed,update,time_s,critic_loss,actor_loss,mean_q,saturated,closest_m'

/** All points of the drawn runs, SI units, one row a point; an empty last field where no episode was simulated. */
export function curvesCsv(jobs: readonly Job[], curves: Record<string, readonly CurvePoint[]>): string {
  const rows = [COLUMNS]
  for (const job of jobs) {
    const run = [job.id, job.learner, job.mode, job.datasetName, ...job.task.goal, job.seed]
    for (const point of curves[job.id] ?? []) {
      const { update, time, criticLoss, actorLoss, meanQ, saturated, closestM } = point
      rows.push([...run, update, time, criticLoss, actorLoss, meanQ, saturated, closestM ?? ''].join(','))
    }
  }
  return `${rows.join('\n')}\n`
}
