import { dirname } from 'node:path'
import { refusal } from '../../contract/problem.ts'
import type { Problem } from '../../contract/problem.ts'
import type { SessionPlan } from '../../contract/session.ts'
import { DISK_FLOOR_BYTES, bytesText, freeBytes } from '../platform/disk.ts'
import type { WorldSpec } from '../world/world.ts'

/** Typical return home of the arm, from braking to the next episode, s: 2.1 measured. A running session measures its own. */
const RETURN_S = 2.5
/**
 * Mean length of an episode that no earlier run tells about. Random linear policies meet a limit soon: 79 steps on
 * average over 200,000 transitions in the default box.
 */
const EPISODE_STEPS = 80
/** Steps per second of the simulated arm at full speed on one core; a running session measures its own. */
const FULL_SPEED_HZ = 10_000
/** Pages, indexes and the write-ahead log, beyond the signals. */
const FILE_OVERHEAD = 1.05
const EPISODE_OVERHEAD_BYTES = 12_000
const LOG_BYTES = 16_000_000

/** Bytes on disk of one transition: observation, both actions, tool tip, flags, reward, simulator state, tick time. */
export function bytesPerTransition(
  spec: Pick<WorldSpec, 'observation' | 'action' | 'hasReward' | 'simulatorState'>,
): number {
  const singles = spec.observation.length + 2 * spec.action.length + 3 + 1 + (spec.hasReward ? 1 : 0)
  return 4 * singles + 8 * (spec.simulatorState.length + 1)
}

/**
 * Time and disk that `remaining` more transitions take. `path`: the dataset; its folder exists. `meanSteps`: mean
 * episode length of earlier data of the same explorer, where there are any.
 */
export function planSession(
  spec: WorldSpec,
  path: string,
  remaining: number,
  stepsPerEpisode: number,
  meanSteps: number = EPISODE_STEPS,
): Omit<SessionPlan, 'existing' | 'problems'> {
  const episodesAtLeast = Math.ceil(remaining / stepsPerEpisode)
  const episodesExpected = Math.ceil(remaining / Math.min(stepsPerEpisode, meanSteps))
  const rateHz = spec.realTime ? 1 / spec.stepPeriodS : FULL_SPEED_HZ
  const bytesFree = freeBytes(dirname(path))
  const data = remaining * bytesPerTransition(spec) * FILE_OVERHEAD
  const bytesNeeded = Math.ceil(data + episodesExpected * EPISODE_OVERHEAD_BYTES + LOG_BYTES)
  return {
    motionS: remaining / rateHz,
    returnsS: spec.realTime ? episodesExpected * RETURN_S : 0,
    episodesAtLeast,
    episodesExpected,
    rateHz,
    bytesNeeded,
    bytesFree,
    fits: bytesNeeded + DISK_FLOOR_BYTES <= bytesFree,
  }
}

/** Why a run of this plan cannot start for lack of space; null when it fits. */
export function diskProblem(
  plan: Pick<SessionPlan, 'bytesNeeded' | 'bytesFree' | 'fits'>,
  path: string,
): Problem | null {
  if (plan.fits) return null
  const [need, free, floor] = [plan.bytesNeeded, plan.bytesFree, DISK_FLOOR_BYTES].map(bytesText)
  return refusal(
    'disk-full',
    `The run needs ${need} at ${dirname(path)}; ${free} are free and ${floor} stay reserved. Nothing is started.`,
    'Free space on that disk, choose another folder, or ask for fewer transitions.',
  ).problem
}
