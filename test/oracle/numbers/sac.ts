import { average } from '../dataset.ts'
import type { Row } from '../draw.ts'
import type { Loss } from '../oracle.ts'
import type { SacDraw, SacName, SacSettings, Sampled } from '../sac.ts'
import { logNormal, sampleSquashed } from './gaussian.ts'
import type { Sample } from './gaussian.ts'
import { sum } from './network.ts'
import type { NumberNetwork } from './network.ts'

type Networks = Record<SacName, NumberNetwork>

/** SAC, one transition at a time. */
export function numberLossesOfSac(drawn: SacDraw, before: Networks, settings: SacSettings): Loss<number, SacName>[] {
  const alpha = settings.entropyWeight ?? Math.exp(before.logAlpha.numbers[0] as number)
  const act = (s: number[], noise = [] as number[]) =>
    settings.separateDeviation ? samplePublished(before, s, noise, settings) : sampleSquashed(before.actor, s, noise)
  const smaller = (s: number[], a: number[]) => Math.min(before.critic1.value(s, a), before.critic2.value(s, a))

  const target = (t: Row, noise: number[] | undefined, meanReward: number) => {
    const reward = settings.rewardScale * (settings.meanReward ? meanReward : t.r)
    if (!noise) return reward + settings.discount * (1 - t.d) * before.targetValue.value(t.next)
    const { action, logProbability } = act(t.next, noise)
    const q = Math.min(before.targetCritic1.value(t.next, action), before.targetCritic2.value(t.next, action))
    return reward + settings.discount * (1 - t.d) * (q - alpha * logProbability)
  }
  const criticLoss = (critic: NumberNetwork, { batch, noise }: SacDraw['critics'][0]) => {
    const meanReward = average(batch.map((t) => t.r))
    const targets = batch.map((t, row) => target(t, noise?.[row], meanReward))
    return () => average(batch.map((t, row) => (critic.value(t.s, t.a) - (targets[row] as number)) ** 2 / 2))
  }
  const loss1 = criticLoss(before.critic1, drawn.critics[0])
  const loss2 = criticLoss(before.critic2, drawn.critics[1])

  const samples = ({ batch, noise }: Sampled) => batch.map((t, row) => ({ t, ...act(t.s, noise[row]) }))
  const actorLoss = () =>
    average(
      samples(drawn.actor).map(({ t, action, logProbability }) => {
        const q = settings.minimumInActor ? smaller(t.s, action) : before.critic1.value(t.s, action)
        return alpha * logProbability - q
      }),
    )
  const valueLoss = () => {
    const sampled = samples(drawn.value)
    const mean = average(sampled.map(({ logProbability }) => logProbability))
    return average(
      sampled.map(({ t, action, logProbability }) => {
        const y = smaller(t.s, action) - alpha * (settings.meanEntropy ? mean : logProbability)
        return (before.value.value(t.s) - y) ** 2 / 2
      }),
    )
  }
  const alphaLoss = () => {
    const distance = average(samples(drawn.actor).map(({ action, logProbability }) => logProbability - action.length))
    return -Math.exp(before.logAlpha.numbers[0] as number) * distance
  }

  const losses: Loss<number, SacName>[] = [
    { name: 'critic', trains: ['critic1', 'critic2'], value: () => loss1() + loss2() },
    { name: 'actor', trains: settings.separateDeviation ? ['actor', 'deviation'] : ['actor'], value: actorLoss },
  ]
  if (settings.valueNetwork) losses.push({ name: 'value', trains: ['value'], value: valueLoss })
  if (settings.entropyWeight === undefined) losses.push({ name: 'logAlpha', trains: ['logAlpha'], value: alphaLoss })
  return losses
}

/** The released code's policy: a network for the mean, one for the deviation; what it takes for the log-probability. */
function samplePublished(before: Networks, s: number[], noise: number[], settings: SacSettings): Sample {
  const mean = before.actor.of(s)
  const deviation = before.deviation.of(s).map((x) => Math.max(0, x) + 1e-5)
  const u = mean.map((m, c) => m + (deviation[c] as number) * (noise[c] as number))
  const action = u.map(Math.tanh)
  const density = sum(u.map((x, c) => logNormal(x, mean[c], deviation[c])))
  const squash = -sum(action.map((a) => Math.log(1 - a * a + 1e-5)))
  return { action, logProbability: (settings.densityPerDimension ? density / u.length : density) + squash }
}
