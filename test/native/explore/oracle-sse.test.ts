import { describe, expect, test } from 'vitest'
import { describeAgreement, testSlip } from '../../oracle/agreement-suite.ts'
import { actions, makeDataset, states } from '../../oracle/dataset.ts'
import { exploredUpdate as make } from '../../oracle/explored-update.ts'
import { sseOracle } from '../../oracle/sse.ts'
import type { ModelName, SseDraw, SseName, SseSettings } from '../../oracle/sse.ts'

const models: ModelName[] = ['model1', 'model2', 'model3']

describeAgreement('SSE published', sseOracle('published'), { make })
describeAgreement('SSE paper', sseOracle('paper'), { make })
describeAgreement('SSE paper with three models', sseOracle('paper', { models }), { make })
describeAgreement('SSE paper with a cost of actions', sseOracle('paper', { actionCost: 0.5 }), {
  make,
  settings: { actionCost: 0.5 },
})
describeAgreement('SSE published with three models', sseOracle('published', { models }), { make })
describeAgreement('SSE modern', sseOracle('modern'), { make })
describeAgreement('SSE modern with a gradient longer than its limit', sseOracle('modern', { gradientNorm: 0.01 }), {
  make,
  settings: { gradientNorm: 0.01 },
})

describe('slips of the published SSE', () => {
  const largeSteps = { modelRate: 0.01, policyRate: 0.01 }
  const slip = { oracle: sseOracle, make, largeSteps }

  testSlip<SseName, SseDraw, SseSettings>('row 4, the log-probability counts the squash once for each coordinate', {
    ...slip,
    slip: { repeatedSquash: true },
    others: { repeatedSquash: false },
    shows: ['actor', 'deviation'],
  })
  testSlip<SseName, SseDraw, SseSettings>('row 18, time limits and cuts are ends', {
    ...slip,
    slip: { endsTerminal: true },
    others: { endsTerminal: false },
    shows: ['done'],
  })

  testSlip<SseName, SseDraw, SseSettings>('row 17, half the mean square instead of the distance', {
    ...slip,
    slip: { distance: false },
    others: { distance: true },
    shows: ['actor', 'deviation'],
  })

  test.each(['published', 'paper', 'modern'] as const)('row 17, the end sees the action: %s', async (mode) => {
    const { native } = await make(makeDataset(), sseOracle(mode), 1)
    expect(native.after['done']?.[0]?.inputs).toBe(mode === 'published' ? states + actions : states)
  })
})
