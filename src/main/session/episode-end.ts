import { EndCode } from '../world/end-code.ts'
import type { WorldStop } from '../world/world.ts'
import type { EpisodeEnd } from './episode-recorder.ts'

/** Codes of stops that a person asked for, with whatever button. */
const BY_A_PERSON = /^(operator-stop|user-stop|stop-box-.*|dead-man|station-closing)$/

/** The decision process itself ended. It happens in most episodes of some worlds and is no stop. */
const TERMINAL_END: EpisodeEnd = {
  reason: 'terminal',
  message: 'The body left the range in which the task counts it as healthy.',
  stopCode: '',
  stopTitle: '',
}

/**
 * End of an episode that the world ended by itself with `code`. A true end is `terminal`; a simulation that broke off
 * is `crash`; a stop that a person asked for is `operator-stop`; one that the robot raised is `reflex`; every other is
 * the supervisor's and is `safety-limit`. All but the first are truncations.
 */
export function worldEnd(code: number, cause: WorldStop | null): EpisodeEnd {
  if (code === EndCode.terminal) return TERMINAL_END
  const stopCode = cause?.code ?? ''
  const words = { message: cause?.message ?? '', stopCode, stopTitle: cause?.title ?? '' }
  if (BY_A_PERSON.test(stopCode)) return { reason: 'operator-stop', ...words }
  if (code === EndCode.unstable) return { reason: 'crash', ...words }
  if (code === EndCode.reflex || stopCode === 'reflex') return { reason: 'reflex', ...words }
  return { reason: 'safety-limit', ...words }
}

export const STEP_LIMIT_END: EpisodeEnd = { reason: 'step-limit', message: '', stopCode: '', stopTitle: '' }

/** A person paused or ended the run in the middle of an episode. */
export function operatorEnd(message: string): EpisodeEnd {
  return { reason: 'operator-stop', message, stopCode: '', stopTitle: '' }
}

/**
 * The dataset was full before the episode was. Nothing went wrong and the process did not end: the way home simply
 * began early, which is what `reset-interrupted` says.
 */
export function targetEnd(target: number): EpisodeEnd {
  const message = `The dataset reached its target of ${target} transitions.`
  return { reason: 'reset-interrupted', message, stopCode: '', stopTitle: '' }
}
