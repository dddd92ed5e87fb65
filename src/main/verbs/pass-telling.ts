import type { Watch } from '../dataset/browse/episode-pass.ts'
import { durationText } from './duration-text.ts'
import type { VerbInput } from './verb.ts'

const TELL_EVERY_MS = 1000

/** Tells a person once a second how far a reading of transitions has come, and ends it at their signal. */
export function watchOf(input: VerbInput, done: string): Watch {
  let toldAt = performance.now()
  return {
    signal: input.signal,
    progress: (progress) => {
      if (performance.now() - toldAt < TELL_EVERY_MS) return
      toldAt = performance.now()
      const left = progress.etaS === null ? '' : `, ${durationText(progress.etaS)} left`
      input.progress(`${done} ${progress.done} of ${progress.of} transitions${left}`)
    },
  }
}
