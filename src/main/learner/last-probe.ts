import type { CurvePoint } from '../../contract/learner.ts'

/** What simulated episodes gave that are measured while a policy is trained; null before the first. */
export type LastProbe = Pick<CurvePoint, 'closestM' | 'episodeReturn'>

/** What the newest of them gave, by a curve. */
export function lastProbe(points: readonly CurvePoint[]): LastProbe {
  return {
    closestM: points.findLast((point) => point.closestM !== null)?.closestM ?? null,
    episodeReturn: points.findLast((point) => point.episodeReturn !== null)?.episodeReturn ?? null,
  }
}
