import { expect, test } from 'vitest'
import { learnerLabel } from '../../src/contract/learner-label.ts'
import { native } from '../../src/main/platform/native.ts'

test('the window calls every learner as the learning core does', () => {
  for (const { name, label } of native.describeLearners()) expect(learnerLabel(name)).toBe(label)
})
