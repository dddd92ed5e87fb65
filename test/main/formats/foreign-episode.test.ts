import { expect, test } from 'vitest'
import { storedEpisode } from '../../../src/main/formats/foreign-episode.ts'
import type { ForeignEpisode } from '../../../src/main/formats/dataset-importer.ts'

const foreign = (values: number): ForeignEpisode => ({
  number: null,
  startedAtMs: null,
  observations: new Float32Array(values),
  policyActions: new Float32Array(2),
  sentActions: null,
  tooltip: null,
  tickTimes: null,
  flags: null,
  rewards: null,
  simulatorStates: null,
  end: { reason: 'step-limit', message: '', stopCode: '', stopTitle: '' },
  skill: null,
})

/** A damaged sheet can say any size, also none. */
test.each([
  [6, 0],
  [0, 0],
  [0, 3],
  [3, 3],
  [7, 3],
])('%i observed values of %i a step make no episode, and that is said', (values, observationSize) => {
  const shape = { observationSize, actionSize: 1, rewardSize: 0 as const, simulatorStateSize: 0 }
  expect(() => storedEpisode(foreign(values), 4, 0.05, shape)).toThrow(`its episode 4 has ${values} observed values`)
})
