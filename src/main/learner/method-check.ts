import { refusal } from '../../contract/problem.ts'
import { native } from '../platform/native.ts'

/** Refuses a learner, mode or setting that the learning core does not know, and a setting outside its range. */
export function refuseUnknownMethod(learner: string, mode: string, settings: Record<string, number>): void {
  const known = native.describeLearners()
  const method = known.find((each) => each.name === learner)
  if (!method)
    throw refusal(
      'learner-unknown',
      `There is no learner "${learner}". Nothing was trained.`,
      `Known learners: ${known.map((each) => each.name).join(', ')}.`,
    )
  if (!method.modes.includes(mode))
    throw refusal(
      'mode-unknown',
      `${method.label} has no mode "${mode}". Nothing was trained.`,
      `Its modes: ${method.modes.join(', ')}.`,
    )
  for (const [key, value] of Object.entries(settings)) {
    const setting = method.settings.find((each) => each.key === key)
    if (!setting)
      throw refusal(
        'setting-unknown',
        `${method.label} has no setting "${key}". Nothing was trained.`,
        `Its settings: ${method.settings.map((each) => each.key).join(', ')}.`,
      )
    const fits = value >= setting.minimum && value <= setting.maximum && (!setting.integer || Number.isInteger(value))
    if (!fits)
      throw refusal(
        'setting-range',
        `The setting "${key}" of ${method.label} cannot be ${value}. Nothing was trained.`,
        `Give ${setting.integer ? 'a whole number' : 'a number'} from ${setting.minimum} to ${setting.maximum}.`,
      )
  }
}
