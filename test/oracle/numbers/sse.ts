import { average } from '../dataset.ts'
import type { Row } from '../draw.ts'
import type { Around, Loss } from '../oracle.ts'
import type { ModelName, SseDraw, SseName, SseSettings } from '../sse.ts'
import { logNormal } from './gaussian.ts'
import { sum } from './network.ts'
import type { NumberNetwork } from './network.ts'

/** Self-supervised exploration, one transition and one roll-out at a time. */
export function numberLossesOfSse(
  drawn: SseDraw,
  { before, after }: Around<NumberNetwork, SseName>,
  settings: SseSettings,
): Loss<number, SseName>[] {
  const modelLoss = (name: ModelName, k: number) =>
    average((drawn.batches[k] as Row[]).map((row) => predictionError(before[name], row, drawn.change)))
  const doneLoss = () =>
    average(
      drawn.ends.map(({ s, a, next, d }) => {
        const chance = sigmoid(settings.doneSeesAction ? before.done.value(s, a) : before.done.value(next))
        return -Math.log(d === 1 ? chance : 1 - chance)
      }),
    )
  const carried = (of: keyof Worth) => () => {
    const networks = { ...after, actor: before.actor, deviation: before.deviation }
    return average(drawn.starts.map((start, r) => rollOut(start, r, drawn, networks, settings)[of]))
  }
  return [
    { name: 'model', trains: settings.models, value: () => sum(settings.models.map(modelLoss)) },
    { name: 'done', trains: ['done'], value: doneLoss },
    { name: 'policy', trains: ['actor', 'deviation'], value: carried('loss') },
    { name: 'disagreement', trains: [], value: carried('disagreement') },
    { name: 'entropy', trains: [], value: carried('entropy') },
  ]
}

function predictionError(model: NumberNetwork, { s, a, next }: Row, change: number[]): number {
  const wanted = (i: number) => ((next[i] as number) - (s[i] as number)) / (change[i] as number)
  return average(model.of(s, a).map((f, i) => (f - wanted(i)) ** 2))
}

interface Worth {
  loss: number
  disagreement: number
  entropy: number
}

/** Means of one roll-out over its steps. */
function rollOut(
  start: number[],
  r: number,
  { leader, noise, change }: SseDraw,
  networks: Record<SseName, NumberNetwork>,
  settings: SseSettings,
): Worth {
  const { horizon, entropyWeight, actionCost, discount } = settings
  let x = start
  let weight = 1
  const worth: Worth = { loss: 0, disagreement: 0, entropy: 0 }
  for (let t = 0; t < horizon; t++) {
    const { action, logProbability } = sample(networks, x, noise[t]?.[r] as number[], settings)
    const f = settings.models.map((name) => networks[name].of(x, action))
    const leading = f[leader] as number[]
    const disagreement = disagreementOf(f, leader, settings.distance)
    worth.loss -= (weight * (disagreement - entropyWeight * logProbability - actionCost * squared(action))) / horizon
    worth.disagreement += disagreement / horizon
    worth.entropy -= logProbability / horizon
    const next = x.map((value, i) => value + (change[i] as number) * (leading[i] as number))
    const end = settings.doneSeesAction ? networks.done.value(x, action) : networks.done.value(next)
    weight *= discount * (1 - sigmoid(end))
    x = next
  }
  return worth
}

function sample(
  { actor, deviation }: Record<SseName, NumberNetwork>,
  x: number[],
  noise: number[],
  { repeatedSquash }: SseSettings,
): { action: number[]; logProbability: number } {
  const mean = actor.of(x)
  const sigma = deviation.of(x).map((out) => Math.log(1 + Math.exp(out)) + 1e-3)
  const u = mean.map((m, c) => m + (sigma[c] as number) * (noise[c] as number))
  const density = sum(u.map((value, c) => logNormal(value, mean[c], sigma[c])))
  const squash = sum(u.map((value) => Math.log(1 - Math.tanh(value) ** 2 + (repeatedSquash ? 1e-5 : 0))))
  return { action: u.map(Math.tanh), logProbability: density - squash * (repeatedSquash ? u.length : 1) }
}

function disagreementOf(f: number[][], leader: number, distance: boolean): number {
  const leading = f[leader] as number[]
  const differences = f.map((each) => each.map((value, i) => value - (leading[i] as number)))
  if (!distance) return average(differences.map((each) => squared(each) / each.length))
  return average(differences.filter((_, k) => k !== leader).map((each) => Math.hypot(...each)))
}

const squared = (values: number[]) => sum(values.map((value) => value ** 2))
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
