import type { Task } from '../../contract/task.ts'
import { positionText } from '../learner/job-words.ts'

/** A task in words, as a sentence of a list. */
export function taskWords(task: Task): string {
  switch (task.kind) {
    case 'reach':
      return `Reach ${positionText(task.goal)} mm`
    case 'reach-any':
      return 'Reach any point, tried at the goals'
    case 'env':
      return "The world's own reward"
    case 'expression':
      return `Earn ${task.expression}`
  }
}
