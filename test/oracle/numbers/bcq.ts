import type { BcqDraw, BcqName, BcqSettings } from '../bcq.ts'
import { average } from '../dataset.ts'
import type { Row } from '../draw.ts'
import type { Around, Loss } from '../oracle.ts'
import { backupOf } from './backup.ts'
import type { Backup } from './backup.ts'
import { clip } from './network.ts'
import type { NumberNetwork } from './network.ts'

/** BCQ, one transition at a time. */
export function numberLossesOfBcq(
  { critics, perturbation, autoencoder }: BcqDraw,
  { before, after }: Around<NumberNetwork, BcqName>,
  settings: BcqSettings,
): Loss<number, BcqName>[] {
  const decoder = settings.autoencoderLast ? before.decoder : after.decoder
  const decode = (s: number[], noise: number[]) =>
    decoder.of(
      noise.map((z) => clip(z, -settings.latentClip, settings.latentClip)),
      s,
    )
  const perturb = (network: NumberNetwork, s: number[], a: number[]) => {
    const xi = network.of(s, a)
    const moved = a.map((value, c) => value + settings.bound * (xi[c] as number))
    return settings.unclippedActions ? moved : moved.map((value) => clip(value, -1, 1))
  }

  const target = (t: Row, noises: number[][], backup: Backup) => {
    const network = settings.onlineTargetPerturbation ? before.perturbation : before.targetPerturbation
    const pairs = noises.map((noise) => {
      const a = perturb(network, t.next, decode(t.next, noise))
      return [before.targetCritic1.value(t.next, a), before.targetCritic2.value(t.next, a)] as const
    })
    const w = settings.minimumWeight
    const best = (mix: (small: number, large: number) => number) =>
      Math.max(...pairs.map(([q1, q2]) => mix(Math.min(q1, q2), Math.max(q1, q2))))
    const value = settings.maximumOutside
      ? w * best((small) => small) + (1 - w) * best((_, large) => large)
      : best((small, large) => w * small + (1 - w) * large)
    return backup(t, value)
  }
  const criticLoss = (critic: NumberNetwork, { batch, z }: BcqDraw['critics'][0]) => {
    const n = settings.samples
    const backup = backupOf(batch, settings)
    const targets = batch.map((t, row) => target(t, z.slice(row * n, (row + 1) * n), backup))
    return () => average(batch.map((t, row) => (critic.value(t.s, t.a) - (targets[row] as number)) ** 2))
  }
  const loss1 = criticLoss(before.critic1, critics[0])
  const loss2 = criticLoss(before.critic2, critics[1])

  const perturbationLoss = () =>
    average(
      perturbation.batch.map((t, row) => {
        const a = perturbation.z ? decode(t.s, perturbation.z[row] as number[]) : t.a
        return -after.critic1.value(t.s, perturb(before.perturbation, t.s, a))
      }),
    )

  const autoencoderLoss = () =>
    average(
      autoencoder.batch.map((t, row) => {
        const out = before.encoder.of(t.s, t.a)
        const mu = out.slice(0, out.length / 2)
        const spread = out.slice(mu.length)
        const sigma = settings.rawDeviation ? spread : spread.map((x) => Math.exp(clip(x, -4, 15)))
        const z = mu.map((m, j) => m + (sigma[j] as number) * (autoencoder.noise[row]?.[j] as number))
        const errors = before.decoder.of(z, t.s).map((value, c) => (value - (t.a[c] as number)) ** 2)
        const divergence = mu.map((m, j) => {
          const variance = (sigma[j] as number) ** 2
          return (m * m + variance - 1 - Math.log(variance)) / 2
        })
        return average(errors) + average(divergence) / (settings.weakDivergence ? 2 * mu.length : 2)
      }),
    )

  return [
    { name: 'autoencoder', trains: ['encoder', 'decoder'], value: autoencoderLoss },
    { name: 'critic', trains: ['critic1', 'critic2'], value: () => loss1() + loss2() },
    { name: 'perturbation', trains: ['perturbation'], value: perturbationLoss },
  ]
}
