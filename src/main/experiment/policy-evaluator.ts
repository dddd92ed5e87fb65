import { setImmediate as nextTurn } from 'node:timers/promises'
import type { EpisodeFigures, ExperimentJob, ExperimentPlan } from '../../contract/experiment.ts'
import { refusal } from '../../contract/problem.ts'
import type { ReachTask, Task } from '../../contract/task.ts'
import { runEnvEpisode } from '../evaluation/env-episode.ts'
import { runReachEpisode } from '../evaluation/reach-episode.ts'
import { armModel } from '../platform/arm-model.ts'
import { goHome } from '../robot/go-home.ts'
import { native } from '../platform/native.ts'
import type { Policy } from '../platform/native-policy.ts'
import { openWorld, worldSpec } from '../world/open-world.ts'
import type { World } from '../world/world.ts'

/** Episodes of an evaluation begin otherwise than those of the data, by the convention of TD3's and BCQ's code. */
const SEED_OFFSET = 100

/** Makes the episodes of every evaluation of one run: always the same ones, so that only the policy differs. */
export interface PolicyEvaluator {
  /** Without noise unless the policy itself has some. Throws `evaluation-stopped` between two episodes. */
  run(policy: Policy): Promise<EpisodeFigures[]>
  close(): Promise<void>
}

/** What a run of the plan is trained for. */
export function taskOf(plan: ExperimentPlan, job: ExperimentJob): Task {
  if (job.goal === null) return { kind: 'env' }
  const goal = plan.goals.find(({ name }) => name === job.goal)
  if (!goal) throw new Error(`${job.id} reaches for goal ${job.goal}, which is not in the plan`)
  return { kind: 'reach', goal: goal.position }
}

/** Opens the world of a run for its evaluations. */
export async function openEvaluator(
  plan: ExperimentPlan,
  job: ExperimentJob,
  stop: AbortSignal,
): Promise<PolicyEvaluator> {
  const seed = (job.seed + SEED_OFFSET) >>> 0
  const task = taskOf(plan, job)
  const { episodes, stepsPerEpisode } = plan.counts
  if (task.kind === 'reach') {
    const { stepPeriodS } = worldSpec({ world: job.world, options: {}, robot: 'in-process' })
    const one = (policy: Policy, i: number) => reachEpisode(policy, task, seed + i, { stepsPerEpisode, stepPeriodS })
    return { run: (policy) => inTurn(policy, episodes, one, stop), close: () => Promise.resolve() }
  }
  const world = await openWorld({ world: job.world, options: {}, seed, armId: null, robot: 'in-process' })
  const one = (policy: Policy, i: number) => envEpisode(world, policy, seed, i, stepsPerEpisode)
  return { run: (policy) => inTurn(policy, episodes, one, stop), close: () => world.close() }
}

/** Blocks the thread for one episode at a time. */
async function inTurn(
  policy: Policy,
  episodes: number,
  one: (policy: Policy, i: number) => EpisodeFigures,
  stop: AbortSignal,
): Promise<EpisodeFigures[]> {
  const figures: EpisodeFigures[] = []
  for (let i = 0; i < episodes; i++) {
    await nextTurn()
    if (stop.aborted)
      throw refusal('evaluation-stopped', 'The evaluation was interrupted.', 'Go on; it is made again from its start.')
    figures.push(one(policy, i))
  }
  return figures
}

function envEpisode(world: World, policy: Policy, seed: number, i: number, stepsPerEpisode: number): EpisodeFigures {
  policy.reset((seed + i) >>> 0)
  const { return: sum, steps, endReason } = runEnvEpisode(world, policy, i + 1, stepsPerEpisode)
  return { return: sum, steps, endReason, closestM: null, finalM: null }
}

/** A fresh simulated arm for each episode, so that it depends on its own seed and on none before it. */
function reachEpisode(
  policy: Policy,
  { goal }: ReachTask,
  seed: number,
  lengths: { stepsPerEpisode: number; stepPeriodS: number },
): EpisodeFigures {
  const arm = new native.SimulatedArm({ model: armModel(), seed: seed >>> 0 })
  try {
    arm.arm()
    goHome(arm)
    policy.reset(seed >>> 0)
    const episode = runReachEpisode(arm, policy, goal, { ...lengths, home: armModel().home })
    const { return: sum, steps, endReason, closestM, finalM } = episode
    return { return: sum, steps, endReason, closestM, finalM }
  } finally {
    void arm.close()
  }
}
