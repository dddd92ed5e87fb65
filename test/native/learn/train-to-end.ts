import { setTimeout as pause } from 'node:timers/promises'
import type { TrainingJob, TrainingProgress } from '../../../src/main/platform/native-learn.ts'

/** Starts the job and waits until it has ended; all points of the run. */
export async function trainToEnd(job: TrainingJob, updates: number): Promise<TrainingProgress> {
  job.start(updates)
  const points: number[] = []
  for (;;) {
    const progress = job.progress()
    points.push(...progress.points)
    if (progress.state !== 'running') return { ...progress, points: Float64Array.from(points) }
    await pause(2)
  }
}
