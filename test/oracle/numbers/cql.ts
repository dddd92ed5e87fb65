import type { CqlDraw, CqlName, CqlSettings } from '../cql.ts'
import { average } from '../dataset.ts'
import type { Row } from '../draw.ts'
import type { Loss } from '../oracle.ts'
import { logProbabilityOf, sampleSquashed } from './gaussian.ts'
import type { Sample } from './gaussian.ts'
import { clip, sum } from './network.ts'
import type { NumberNetwork } from './network.ts'

type Networks = Record<CqlName, NumberNetwork>

/** CQL(H), one transition at a time. */
export function numberLossesOfCql(drawn: CqlDraw, before: Networks, settings: CqlSettings): Loss<number, CqlName>[] {
  const { batch, noise } = drawn
  const { actor, logAlpha, critic1, critic2, targetCritic1, targetCritic2 } = before
  const targets = batch.map((t, row) => {
    const { action } = sampleSquashed(actor, t.next, noise.backup[row] as number[])
    const value = Math.min(targetCritic1.value(t.next, action), targetCritic2.value(t.next, action))
    return t.r + settings.discount * (1 - t.d) * value
  })
  const others = batch.map((t, row) => otherActions(t, row, drawn, actor, settings))
  const penalties = (critic: NumberNetwork) =>
    average(batch.map((t, row) => penalty(critic, t, others[row] ?? [], settings)))
  const threshold = settings.lagrangeThreshold
  const multiplier = () => Math.exp(before.logMultiplier.numbers[0] as number)
  const fixedMultiplier = threshold === undefined ? 1 : multiplier()
  const criticLoss = (critic: NumberNetwork) =>
    average(batch.map((t, row) => (critic.value(t.s, t.a) - (targets[row] as number)) ** 2)) +
    fixedMultiplier * (penalties(critic) - (threshold ?? 0))

  const sampled = (t: Row, row: number) => sampleSquashed(actor, t.s, noise.actor[row] as number[])
  const alpha = () => Math.exp(logAlpha.numbers[0] as number)
  const fixedAlpha = alpha()
  const value = (t: Row, { action }: Sample) =>
    drawn.cloning ? cloned(actor, t) : Math.min(critic1.value(t.s, action), critic2.value(t.s, action))
  const actorLoss = (t: Row, row: number) => {
    const sample = sampled(t, row)
    return fixedAlpha * sample.logProbability - value(t, sample)
  }
  const alphaLoss = (t: Row, row: number) => -alpha() * (sampled(t, row).logProbability - t.a.length)

  const losses: Loss<number, CqlName>[] = [
    { name: 'critic', trains: ['critic1', 'critic2'], value: () => criticLoss(critic1) + criticLoss(critic2) },
    { name: 'actor', trains: ['actor'], value: () => average(batch.map(actorLoss)) },
    { name: 'logAlpha', trains: ['logAlpha'], value: () => average(batch.map(alphaLoss)) },
  ]
  if (threshold !== undefined) {
    const beyond = (penalties(critic1) + penalties(critic2)) / 2 - threshold
    losses.push({ name: undefined, trains: ['logMultiplier'], value: () => -multiplier() * beyond })
  }
  return losses
}

/** Actions at s that are not the dataset's, with the log-probability that they were drawn with. */
function otherActions(t: Row, row: number, drawn: CqlDraw, actor: NumberNetwork, settings: CqlSettings): Sample[] {
  const n = settings.penaltySamples
  const ofRow = (rows: number[][]) => rows.slice(row * n, (row + 1) * n)
  return [
    ...ofRow(drawn.uniform).map((action) => ({ action, logProbability: -action.length * Math.log(2) })),
    ...ofRow(drawn.noise.penalty).map((e) => sampleSquashed(actor, t.s, e)),
    ...ofRow(drawn.noise.penaltyNext).map((e) => sampleSquashed(actor, t.next, e)),
  ]
}

function penalty(critic: NumberNetwork, t: Row, others: Sample[], settings: CqlSettings): number {
  const temperature = settings.penaltyTemperature
  const weights = others.map(({ action, logProbability }) =>
    Math.exp((critic.value(t.s, action) - logProbability) / temperature),
  )
  return settings.penaltyWeight * (temperature * Math.log(sum(weights)) - critic.value(t.s, t.a))
}

/** The log-probability of the dataset's action. */
function cloned(actor: NumberNetwork, t: Row): number {
  const bound = Math.fround(1 - 1e-6) // of single precision: atanh is steep here
  const inside = t.a.map((a) => clip(a, -bound, bound))
  return logProbabilityOf(actor, t.s, inside)
}
