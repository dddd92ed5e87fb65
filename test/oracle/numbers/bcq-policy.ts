import { clip } from './network.ts'
import type { NumberNetwork } from './network.ts'

export interface BcqActing {
  latentClip: number
  bound: number
  /** Row 15: the chosen action is perturbed once more. */
  perturbsWinner: boolean
}

/** BCQ's action at s: of one decoded and perturbed action per latent vector, the one that the critic values most. */
export function bcqAction(
  networks: Record<'decoder' | 'perturbation' | 'critic', NumberNetwork>,
  s: number[],
  noise: number[][], // N(0, 1) [samples, J]
  { latentClip, bound, perturbsWinner }: BcqActing,
): number[] {
  const perturb = (a: number[]) => {
    const xi = networks.perturbation.of(s, a)
    return a.map((value, c) => clip(value + bound * (xi[c] as number), -1, 1))
  }
  const actions = noise.map((row) => {
    const z = row.map((value) => clip(value, -latentClip, latentClip))
    return perturb(networks.decoder.of(z, s))
  })
  const values = actions.map((a) => networks.critic.value(s, a))
  const best = actions[values.indexOf(Math.max(...values))] as number[]
  return perturbsWinner ? perturb(best) : best
}
