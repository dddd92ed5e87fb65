import { recoverDataset } from '../dataset/recover.ts'
import type { CutEpisode } from '../session/episode-recorder.ts'
import type { VerbInput } from './verb.ts'

/** Closes an episode that a dead process left open, and says so. Refuses as `recoverDataset` does. */
export function healDataset(path: string, input: VerbInput): void {
  const cut = recoverDataset(path)
  if (cut) input.progress(cutText(cut))
}

/** What is said of an episode that was cut, in one sentence. */
export function cutText({ episode, steps, unreadableSteps }: CutEpisode): string {
  const lost = unreadableSteps > 0 ? ` Behind that its journal is damaged: ${unreadableSteps} steps are lost.` : ''
  return `Last episode (${episode}) was cut at step ${steps} when its run died: kept; it ends with crash.${lost}`
}
