import { expect, test } from 'vitest'
import { updatesBeforePolicy } from '../../src/contract/updates-before-policy.ts'
import { native } from '../../src/main/platform/native.ts'

const settingsOf = (name: string) => native.describeLearners().find((learner) => learner.name === name)?.settings ?? []

test('the models of the roll-out learner learn alone at first, unless told otherwise; no other learner waits', () => {
  expect(updatesBeforePolicy(settingsOf('rollout'), 'modern', {})).toBe(5000)
  expect(updatesBeforePolicy(settingsOf('rollout'), 'modern', { modelUpdates: 10 })).toBe(10)
  expect(updatesBeforePolicy(settingsOf('td3'), 'paper', {})).toBe(0)
})
