import { describe, expect, test } from 'vitest'
import { lossesAlong, makeCurious, modes } from './curiosity.ts'

describe('intrinsic curiosity', () => {
  test.each(modes)('in %s mode both heads learn a world that can be predicted', (mode) => {
    for (const name of ['forward', 'inverse']) {
      const losses = lossesAlong(makeCurious('icm', mode, { modelRate: 3e-3 }), name, 10)
      expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 2)
    }
  })

  test('what can be predicted is no longer rewarded', () => {
    const rewards = lossesAlong(makeCurious('icm', 'modern', { modelRate: 3e-3 }), 'reward', 10)
    expect(rewards.at(-1)).toBeLessThan((rewards[0] as number) / 2)
    expect(rewards.at(-1)).toBeGreaterThan(0)
  })

  test('rewards can be divided by their running deviation', () => {
    // A model that never learns keeps its rewards' size, and the deviation takes that out.
    const plain = lossesAlong(makeCurious('icm', 'modern', { modelRate: 0 }), 'reward', 3)
    const scaled = lossesAlong(makeCurious('icm', 'modern', { modelRate: 0, runningScale: 1 }), 'reward', 3)
    expect(scaled[0]).toBeGreaterThan(2 * (plain[0] as number))
  })
})
