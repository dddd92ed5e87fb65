import type { Mode } from '../../contract/world.ts'
import { native } from '../platform/native.ts'

/** Settings, in updates, that say over how many a learning rate decays. A horizon in steps is something else. */
const DECAYS = ['decayUpdates', 'horizon']

/** Has a learner whose learning rate decays over its run, in the mode's defaults, decay over so many updates. */
export function decayOver(updates: number, learner: string | null, mode: Mode): Record<string, number> {
  const described = native.describeLearners().find(({ name }) => name === learner)
  const decay = described?.settings.find(({ key, unit }) => unit === 'updates' && DECAYS.includes(key))
  return decay && decay.defaults[mode] > 0 ? { [decay.key]: updates } : {}
}
