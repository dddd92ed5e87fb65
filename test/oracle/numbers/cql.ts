import type { CqlDraw, CqlName, CqlSettings } from '../cql.ts'
import { average } from '../dataset.ts'
import type { Loss } from '../oracle.ts'
import { logProbabilityOf, sampleSquashed } from './gaussian.ts'
import { clip, sum } from './network.ts'
import type { NumberNetwork } from './network.ts'

/** CQL(H), one transition at a time. */
export function numberLossesOfCql(
  { batch, cloning, noise, uniform }: CqlDraw,
  before: Record<CqlName, NumberNetwork>,
  settings: CqlSettings,
): Loss<number, CqlName>[] {
  const { actor, logAlpha, critic1, critic2, targetCritic1, targetCritic2 } = before
  const { penaltyTemperature: temperature, penaltySamples: n } = settings
  const alpha = Math.exp(logAlpha.numbers[0] as number)

  const targets = batch.map((t, row) => {
    const { action } = sampleSquashed(actor, t.next, noise.backup[row] as number[])
    const value = Math.min(targetCritic1.value(t.next, action), targetCritic2.value(t.next, action))
    return t.r + settings.discount * (1 - t.d) * value
  })
  const others = batch.map((t, row) => {
    const ofRow = (rows: number[][]) => rows.slice(row * n, (row + 1) * n)
    return [
      ...ofRow(uniform).map((action) => ({ action, logProbability: -action.length * Math.log(2) })),
      ...ofRow(noise.penalty).map((e) => sampleSquashed(actor, t.s, e)),
      ...ofRow(noise.penaltyNext).map((e) => sampleSquashed(actor, t.next, e)),
    ]
  })
  const penalty = (critic: NumberNetwork) =>
    average(
      batch.map((t, row) => {
        const weights = (others[row] ?? []).map(({ action, logProbability }) =>
          Math.exp((critic.value(t.s, action) - logProbability) / temperature),
        )
        return settings.penaltyWeight * (temperature * Math.log(sum(weights)) - critic.value(t.s, t.a))
      }),
    )
  const threshold = settings.lagrangeThreshold
  const multiplier = () => Math.exp(before.logMultiplier.numbers[0] as number)
  const fixedMultiplier = threshold === undefined ? 1 : multiplier()
  const criticLoss = (critic: NumberNetwork) =>
    average(batch.map((t, row) => (critic.value(t.s, t.a) - (targets[row] as number)) ** 2)) +
    fixedMultiplier * (penalty(critic) - (threshold ?? 0))

  const bound = Math.fround(1 - 1e-6) // of single precision: atanh is steep here
  const sampled = (row: number) => sampleSquashed(actor, batch[row]?.s ?? [], noise.actor[row] as number[])
  const actorLoss = () =>
    average(
      batch.map((t, row) => {
        const { action, logProbability } = sampled(row)
        const value = cloning
          ? logProbabilityOf(
              actor,
              t.s,
              t.a.map((a) => clip(a, -bound, bound)),
            )
          : Math.min(critic1.value(t.s, action), critic2.value(t.s, action))
        return alpha * logProbability - value
      }),
    )
  const alphaLoss = () =>
    -Math.exp(logAlpha.numbers[0] as number) * average(batch.map((t, row) => sampled(row).logProbability - t.a.length))

  const losses: Loss<number, CqlName>[] = [
    { name: 'critic', trains: ['critic1', 'critic2'], value: () => criticLoss(critic1) + criticLoss(critic2) },
    { name: 'actor', trains: ['actor'], value: actorLoss },
    { name: 'logAlpha', trains: ['logAlpha'], value: alphaLoss },
  ]
  if (threshold !== undefined) {
    const beyond = (penalty(critic1) + penalty(critic2)) / 2 - threshold
    losses.push({ name: undefined, trains: ['logMultiplier'], value: () => -multiplier() * beyond })
  }
  return losses
}
