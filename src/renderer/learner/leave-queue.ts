import type { Job } from '../../contract/learner.ts'
import { api } from '../state/api.ts'

/** Takes a waiting run out of the queue. One that was begun before has a checkpoint and stays in the list, to go on later. */
export function leaveQueue({ id, checkpointAgeS }: Job): Promise<unknown> {
  return checkpointAgeS === null ? api.learner.remove.mutate({ id }) : api.learner.stop.mutate({ id })
}
