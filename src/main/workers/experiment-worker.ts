import { readPlan } from '../experiment/plan-file.ts'
import type { WorkerNews, WorkerOrder } from '../experiment/supervise.ts'
import { workThrough } from '../experiment/work-through.ts'

/**
 * Process of one worker of an experiment. It stops at its job's next safe point when it is told to, when a person
 * interrupts it, and when whoever started it is gone; it loses nothing when it is killed.
 */
const { folder, threads } = JSON.parse(process.argv[2] ?? '') as WorkerOrder
const stop = new AbortController()
const end = (): void => stop.abort()
process.on('SIGINT', end)
process.on('SIGTERM', end)
process.on('message', end)
process.on('disconnect', end)

function say(news: WorkerNews): void {
  if (process.connected) process.send?.(news)
}

const seams = { threads, stop: stop.signal, has: (job: string | null) => say({ has: job }) }
void workThrough(folder, readPlan(folder), seams).then(() => process.disconnect())
