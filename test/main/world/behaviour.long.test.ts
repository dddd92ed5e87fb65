import { expect, test } from 'vitest'
import { openLocomotionWorld } from '../../../src/main/world/locomotion-world.ts'
import { behaviourStatistics } from './behaviour-statistics.ts'
import { deviation, mean, play } from './play.ts'

test.each(behaviourStatistics)(
  '$world, $inertia, $explorer: the distribution of returns and lengths is the known one',
  async ({ world: name, inertia, explorer, mean: expected, std, median, p95, length, episodes }) => {
    const world = await openLocomotionWorld(name, 11, { inertia })
    const n = Math.ceil(episodes / 3)
    const played = play(world, explorer, 11, (all) => all.length >= n)
    const returns = played.map((each) => each.return)
    const both = 1 / n + 1 / episodes
    expect(Math.abs(mean(returns) - expected)).toBeLessThan(4 * std * Math.sqrt(both))
    expect(deviation(returns) / std).toBeGreaterThan(0.6)
    expect(deviation(returns) / std).toBeLessThan(1.6)
    // The known percentiles are rounded to whole numbers, which shifts a share where returns lie close together.
    const rounding = name === 'HalfCheetah-v1' ? 0 : 0.05
    for (const [part, value] of [
      [0.5, median],
      [0.95, p95],
    ] as const) {
      const share = returns.filter((each) => each < value).length / n
      expect(Math.abs(share - part), `share below ${value}`).toBeLessThan(
        rounding + 4 * Math.sqrt(part * (1 - part) * both),
      )
    }
    expect(Math.abs(mean(played.map((each) => each.length)) / length - 1)).toBeLessThan(0.12)
    await world.close()
  },
)
