import { average } from '../dataset.ts'
import type { Row } from '../draw.ts'
import type { Around, Loss } from '../oracle.ts'
import type { Td3Draw, Td3Name, Td3Settings } from '../td3.ts'
import { backupOf } from './backup.ts'
import type { Backup } from './backup.ts'
import { clip } from './network.ts'
import type { NumberNetwork } from './network.ts'

/** TD3 and TD3+BC, one transition at a time. */
export function numberLossesOfTd3(
  { critics, actor: rows }: Td3Draw,
  { before, after }: Around<NumberNetwork, Td3Name>,
  settings: Td3Settings,
): Loss<number, Td3Name>[] {
  const target = (t: Row, noise: number[], backup: Backup) => {
    const mean = (settings.onlineTargetActor ? before.actor : before.targetActor).of(t.next)
    const action = mean.map((value, c) => {
      const e = settings.smoothing * (noise[c] as number)
      return clip(value + clip(e, -settings.smoothingClip, settings.smoothingClip), -1, 1)
    })
    const value = Math.min(before.targetCritic1.value(t.next, action), before.targetCritic2.value(t.next, action))
    return backup(t, value)
  }
  const criticLoss = (critic: NumberNetwork, { batch, noise }: Td3Draw['critics'][0]) => {
    const backup = backupOf(batch, settings)
    const targets = batch.map((t, row) => target(t, noise[settings.sharedNoise ? 0 : row] as number[], backup))
    return () => average(batch.map((t, row) => (critic.value(t.s, t.a) - (targets[row] as number)) ** 2))
  }
  const loss1 = criticLoss(before.critic1, critics[0])
  const loss2 = criticLoss(before.critic2, critics[1])
  const critic: Loss<number, Td3Name> = {
    name: 'critic',
    trains: ['critic1', 'critic2'],
    value: () => loss1() + loss2(),
  }
  if (!rows) return [critic]

  const value = (t: Row) => after.critic1.value(t.s, before.actor.of(t.s))
  const lambda = settings.valueWeight > 0 ? settings.valueWeight / average(rows.map((t) => Math.abs(value(t)))) : 1
  const imitation = (t: Row) => average(before.actor.of(t.s).map((a, c) => (a - (t.a[c] as number)) ** 2))
  const actor = () =>
    average(rows.map((t) => -lambda * value(t))) + (settings.valueWeight > 0 ? average(rows.map(imitation)) : 0)
  return [critic, { name: 'actor', trains: ['actor'], value: actor }]
}
