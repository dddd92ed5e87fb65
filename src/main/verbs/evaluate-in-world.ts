import { resolve } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { refusal } from '../../contract/problem.ts'
import { worldOptionsSchema } from '../../contract/world.ts'
import type { LocomotionName } from '../../contract/world.ts'
import { runEnvEpisode } from '../evaluation/env-episode.ts'
import type { EnvEpisode } from '../evaluation/env-episode.ts'
import { worldStepReward } from '../evaluation/expression-episode.ts'
import { STEPS_PER_TRY } from '../evaluation/evaluation.ts'
import { loadPolicyFor } from '../policy/policy-store.ts'
import { openWorld, worldSpec } from '../world/open-world.ts'
import type { VerbInput, VerbResult } from './verb.ts'

/** Episodes of a policy in a locomotion world, each from a start of its own, rewarded by the world or by the policy's expression. */
export async function evaluateInWorld(input: VerbInput, world: LocomotionName): Promise<VerbResult> {
  refuseArmOptions(input, world)
  const { observation, action } = worldSpec({ world, options: {}, robot: 'in-process' })
  const place = { name: world, observationSize: observation.length, actionSize: action.length }
  const { policy, sheet } = await loadPolicyFor(resolve(input.text('policy')), place)
  const learnt = sheet.dataset?.world === world ? sheet.dataset.worldOptions : {}
  const options = worldOptionsSchema.parse(input.has('inertia') ? { inertia: input.text('inertia') } : learnt)
  const seed = input.number('seed', 0)
  const reward =
    sheet.task?.kind === 'expression' ? worldStepReward(sheet.task, { ...sheet, hasReward: true }) : undefined
  const opened = await openWorld({ world, options, seed, armId: null, robot: 'in-process' })
  const episodes: EnvEpisode[] = []
  const wanted = input.number('episodes', 1)
  try {
    policy.reset(seed)
    while (episodes.length < wanted) {
      await nextTurn()
      if (input.signal.aborted) throw interrupted(episodes.length, wanted)
      const episode = runEnvEpisode(opened, policy, episodes.length + 1, STEPS_PER_TRY, reward)
      episodes.push(episode)
      input.progress(
        `episode ${episodes.length} of ${wanted}: return ${episode.return.toFixed(1)}, ${episode.steps} steps, ${episode.endReason}`,
      )
    }
  } finally {
    await opened.close()
  }
  return describe(opened.spec.options, episodes)
}

function refuseArmOptions(input: VerbInput, world: LocomotionName): void {
  const given = ['robot', 'goal', 'workspace-clear'].find((option) => input.has(option))
  if (given === undefined) return
  throw refusal(
    'bad-arguments',
    `--${given} has no meaning for the world ${world}, which has no arm. Nothing was started.`,
    `Leave --${given} out, or choose the world panda or panda-fci.`,
  )
}

function interrupted(done: number, wanted: number): Error {
  return refusal(
    'evaluation-stopped',
    `The evaluation was interrupted after ${done} of ${wanted} episodes.`,
    'Start it again; episodes are not resumed.',
  )
}

function describe(options: Record<string, string>, episodes: readonly EnvEpisode[]): VerbResult {
  const returns = episodes.map((episode) => episode.return)
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length
  const variance = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / returns.length
  const json = {
    episodes: episodes.map(({ return: sum, steps, endReason }) => ({
      goal: null,
      return: sum,
      length: steps,
      end_reason: endReason,
      closest_m: null,
      final_m: null,
    })),
    return_mean: mean,
    return_std: Math.sqrt(variance),
    closest_m_mean: null,
    final_m_mean: null,
    world_options: options,
  }
  const count = `${episodes.length} ${episodes.length === 1 ? 'episode' : 'episodes'}`
  return { json, text: `${count}: return ${mean.toFixed(1)} ± ${Math.sqrt(variance).toFixed(1)}` }
}
