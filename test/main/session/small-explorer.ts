import type { MethodDescription } from '../../../src/main/platform/native-method.ts'

/** Settings that make an explorer small and let it begin early, where it has them. */
const SMALL: Record<string, number> = {
  batch: 16,
  hidden1: 16,
  hidden2: 16,
  warmUp: 20,
  bootstrap: 2,
  predictorHidden: 16,
  features: 8,
  discriminator1: 16,
  discriminator2: 16,
  modelHidden: 16,
  modelHidden1: 16,
  modelHidden2: 16,
  trunk: 16,
  horizon: 3,
}

export function smallSettings(explorer: MethodDescription): Record<string, number> {
  return Object.fromEntries(
    explorer.settings.flatMap(({ key }) => (SMALL[key] === undefined ? [] : [[key, SMALL[key]]])),
  )
}
