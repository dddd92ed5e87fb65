import type { Job } from '../../contract/learner.ts'
import { api } from '../state/api.ts'

/** Takes a waiting run out of the queue. One that has learned something stays in the list, to go on later. */
export function leaveQueue({ id, updates }: Job): Promise<unknown> {
  return updates > 0 ? api.learner.stop.mutate({ id }) : api.learner.remove.mutate({ id })
}
