import { average } from '../dataset.ts'
import type { Row } from '../draw.ts'
import type { IcmName } from '../icm.ts'
import type { Loss } from '../oracle.ts'
import type { NumberNetwork } from './network.ts'

/** ICM's losses, one transition at a time, on features of its states. */
export function numberLossesOfIcm(
  rows: Row[],
  { forward, inverse }: Record<IcmName, NumberNetwork>,
  features: (state: number[]) => number[],
): Record<IcmName, Loss<number, IcmName>> {
  const forwardLoss = ({ s, a, next }: Row) => distance(forward.of(features(s), a), features(next))
  const inverseLoss = ({ s, a, next }: Row) => distance(inverse.of(features(s), features(next)), a)
  return {
    forward: { name: 'forward', trains: ['forward'], value: () => average(rows.map(forwardLoss)) },
    inverse: { name: 'inverse', trains: ['inverse'], value: () => average(rows.map(inverseLoss)) },
  }
}

export function distance(x: number[], y: number[]): number {
  return length(x.map((value, i) => value - (y[i] as number)))
}

export function length(x: number[]): number {
  return Math.hypot(...x)
}
