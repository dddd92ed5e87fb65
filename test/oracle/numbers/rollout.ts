import { average } from '../dataset.ts'
import type { Row } from '../draw.ts'
import type { Around, Loss } from '../oracle.ts'
import type { RolloutDraw, RolloutName, RolloutSettings } from '../rollout.ts'
import type { NumberNetwork } from './network.ts'

/** The model roll-out learner, one transition and one roll-out at a time. */
export function numberLossesOfRollout(
  drawn: RolloutDraw,
  { before, after }: Around<NumberNetwork, RolloutName>,
  settings: RolloutSettings,
): Loss<number, RolloutName>[] {
  const { batches, change, rewardSize, policy } = drawn
  const modelLoss = (model: NumberNetwork, rows: Row[]) =>
    average(
      rows.map((t) => {
        const predicted = model.of(t.s, t.a)
        return average(
          predicted.map((f, i) => (f - ((t.next[i] as number) - (t.s[i] as number)) / (change[i] as number)) ** 2),
        )
      }),
    )
  const hazardLoss = () =>
    average(
      batches[0].map((t) => {
        const chance = sigmoid(before.hazard.value(t.s, t.a))
        return -Math.log(t.d === 1 ? chance : 1 - chance)
      }),
    )
  const rewardLoss = () => average(batches[0].map((t) => (before.reward.value(t.s, t.a) - t.r / rewardSize) ** 2))
  const losses: Loss<number, RolloutName>[] = [
    {
      name: 'model',
      trains: ['model1', 'model2'],
      value: () => modelLoss(before.model1, batches[0]) + modelLoss(before.model2, batches[1]),
    },
    { name: 'hazard', trains: ['hazard'], value: hazardLoss },
  ]
  losses.push({ name: 'reward', trains: ['reward'], value: rewardLoss })
  if (!policy) return losses

  const cost = (start: number[]) => rolloutCost(start, drawn, before.actor, after, settings)
  return [...losses, { name: 'actor', trains: ['actor'], value: () => average(policy.starts.map(cost)) }]
}

/** Mean cost of a step of one roll-out. */
function rolloutCost(
  start: number[],
  drawn: RolloutDraw,
  actor: NumberNetwork,
  { model1, model2, hazard, reward }: Record<RolloutName, NumberNetwork>,
  settings: RolloutSettings,
): number {
  let state = start
  let cost = 0
  for (let t = 0; t < settings.horizon; t++) {
    const s = state
    const action = actor.of(s)
    const f = [model1.of(s, action), model2.of(s, action)] as const
    const leading = f[drawn.policy?.leader ?? 0]
    const disagreement = average(f[0].map((value, i) => (value - (f[1][i] as number)) ** 2))
    cost += settings.disagreementCost * disagreement + settings.hazardCost * sigmoid(hazard.value(s, action))
    state = s.map((value, i) => value + (drawn.change[i] as number) * (leading[i] as number))
    cost -= reward.value(s, action)
  }
  return cost / settings.horizon
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
