import { average } from '../dataset.ts'
import type { Row } from '../draw.ts'
import type { IqlName, IqlSettings } from '../iql.ts'
import type { Around, Loss } from '../oracle.ts'
import { logNormal } from './gaussian.ts'
import { clip, sum } from './network.ts'
import type { NumberNetwork } from './network.ts'

/** IQL, one transition at a time. */
export function numberLossesOfIql(
  rows: Row[],
  { before, after }: Around<NumberNetwork, IqlName>,
  settings: IqlSettings,
): Loss<number, IqlName>[] {
  const targetQ = (t: Row) => Math.min(before.targetCritic1.value(t.s, t.a), before.targetCritic2.value(t.s, t.a))
  const valueLoss = (t: Row) => {
    const u = targetQ(t) - before.value.value(t.s)
    return (u > 0 ? settings.expectile : 1 - settings.expectile) * u * u
  }
  const actorLoss = (t: Row) => {
    const weight = Math.exp(settings.temperature * (targetQ(t) - after.value.value(t.s)))
    const deviation = before.logDeviation.numbers.map((x) =>
      Math.exp(clip(x, settings.logDeviationLow, settings.logDeviationHigh)),
    )
    const mean = before.actor.of(t.s)
    return -Math.min(weight, settings.weightClip) * sum(t.a.map((a, c) => logNormal(a, mean[c], deviation[c])))
  }
  const criticLoss = (t: Row) => {
    const y = t.r + settings.discount * (1 - t.d) * after.value.value(t.next)
    return (before.critic1.value(t.s, t.a) - y) ** 2 + (before.critic2.value(t.s, t.a) - y) ** 2
  }
  return [
    { name: 'value', trains: ['value'], value: () => average(rows.map(valueLoss)) },
    { name: 'actor', trains: ['actor', 'logDeviation'], value: () => average(rows.map(actorLoss)) },
    { name: 'critic', trains: ['critic1', 'critic2'], value: () => average(rows.map(criticLoss)) },
  ]
}
