import { resolve } from 'node:path'
import { ProblemError, refusal } from '../../contract/problem.ts'
import { worldOptionsSchema } from '../../contract/world.ts'
import type { LocomotionName } from '../../contract/world.ts'
import type { TriedEpisode } from '../evaluation/evaluation-order.ts'
import { STEPS_PER_TRY } from '../evaluation/plan-tries.ts'
import { runWorldTries } from '../evaluation/run-world-tries.ts'
import { readSheet } from '../policy/policy-folder.ts'
import { worldSpec } from '../world/open-world.ts'
import type { VerbInput, VerbResult } from './verb.ts'

/** Episodes of a policy in a locomotion world, each from a start of its own, rewarded by the world or by the policy's expression. */
export async function evaluateInWorld(input: VerbInput, world: LocomotionName): Promise<VerbResult> {
  refuseArmOptions(input, world)
  const policyPath = resolve(input.text('policy'))
  const { dataset } = readSheet(policyPath)
  const learnt = dataset?.world === world ? dataset.worldOptions : {}
  const asked = worldOptionsSchema.parse(input.has('inertia') ? { inertia: input.text('inertia') } : learnt)
  const { options } = worldSpec({ world, options: asked, robot: 'in-process' })
  const episodes: TriedEpisode[] = []
  const wanted = input.number('episodes', 1)
  const seed = input.number('seed', 0)
  const order = { world, options, stepsPerEpisode: STEPS_PER_TRY, policyPath, seed, episodes: wanted }
  const { problem } = await runWorldTries(
    order,
    (report) => {
      if (report.type !== 'try') return
      const { episode } = report
      episodes.push(episode)
      input.progress(
        `episode ${episodes.length} of ${wanted}: return ${episode.return.toFixed(1)}, ${episode.steps} steps, ${episode.endReason}`,
      )
    },
    () => input.signal.aborted,
  )
  if (problem) throw new ProblemError(problem)
  if (episodes.length < wanted) throw interrupted(episodes.length, wanted)
  return describe(options, episodes)
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

function describe(options: Record<string, string>, episodes: readonly TriedEpisode[]): VerbResult {
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
