import type { Job } from '../../contract/learner.ts'
import type { Goal, Task } from '../../contract/task.ts'
import { formatMillimetres } from '../parts/format.ts'
import type { GlyphKind } from '../parts/glyph.tsx'

/** "450, 250, 300" in mm. */
export function positionText(position: readonly number[]): string {
  return position.map((v) => formatMillimetres(v)).join(', ')
}

/** Letter of the goal that a task reaches for; its position when it is none of the stored goals; the expression itself. */
export function goalOf(task: Task, goals: readonly Goal[]): string {
  if (task.kind === 'env') return 'own reward'
  if (task.kind === 'expression') return task.expression
  if (task.kind === 'reach-any') return 'any point'
  const known = goals.find((goal) => goal.position.every((v, i) => Math.abs(v - (task.goal[i] ?? NaN)) < 1e-9))
  return known?.name ?? `${positionText(task.goal)} mm`
}

export function taskLabel(task: Task, goals: readonly Goal[]): string {
  return task.kind === 'reach' ? `goal ${goalOf(task, goals)}` : goalOf(task, goals)
}

const WORDS: Record<Job['state'], [GlyphKind, string]> = {
  waiting: ['wait', 'Waiting'],
  loading: ['act', 'Reading data'],
  running: ['act', 'Running'],
  paused: ['hold', 'Paused'],
  stopping: ['hold', 'Stopping'],
  stopped: ['hold', 'Stopped'],
  done: ['ok', 'Done'],
  diverged: ['bad', 'Diverged'],
  failed: ['bad', 'Failed'],
}

export function jobWord(job: Job): { kind: GlyphKind; word: string } {
  const [kind, word] = WORDS[job.state]
  return { kind, word }
}

export const isActive = (job: Job): boolean => ['loading', 'running', 'paused', 'stopping'].includes(job.state)
export const isEnded = (job: Job): boolean => ['stopped', 'done', 'diverged', 'failed'].includes(job.state)
/** A job that can go on: from memory, or from its checkpoint. */
export const canResume = (job: Job): boolean =>
  job.state === 'paused' || (job.state === 'stopped' && job.updates < job.target)
