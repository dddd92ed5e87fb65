import type { RunSheet } from '../../contract/dataset.ts'
import type { Vector3 } from '../../contract/robot.ts'
import { armWorldNameSchema, locomotionNameSchema, worldOptionsSchema } from '../../contract/world.ts'
import { runEnvEpisode } from '../evaluation/env-episode.ts'
import { runExpressionEpisode, worldStepReward } from '../evaluation/expression-episode.ts'
import { defaultGoals } from '../evaluation/goals.ts'
import { STEPS_PER_TRY } from '../evaluation/plan-tries.ts'
import { runReachEpisode } from '../evaluation/reach-episode.ts'
import type { ArmEpisodeOptions } from '../evaluation/reach-episode.ts'
import { runTraining } from '../learner/training-run.ts'
import type { Probe, TrainingOrder, TrainingReport, TrainingResult } from '../learner/training-order.ts'
import { appVersion } from '../platform/app-version.ts'
import { armModel } from '../platform/arm-model.ts'
import { goHome } from '../robot/go-home.ts'
import { native } from '../platform/native.ts'
import type { ArmDriver } from '../platform/native-arm.ts'
import type { Policy, PolicyParts } from '../platform/native-policy.ts'
import { sheetIfThere, writePolicy } from '../policy/policy-folder.ts'
import { openWorld } from '../world/open-world.ts'
import type { World } from '../world/world.ts'

/** Puts a training together: the learner's run, the policy folder it writes, and the arm its curve is measured on. */
export function trainOrder(
  order: TrainingOrder,
  report: (report: TrainingReport) => void,
  stopRequested: () => boolean,
  pauseRequested: () => boolean = () => false,
): Promise<TrainingResult> {
  const world = new ProbeWorld(order)
  return runTraining(order, {
    writePolicy: (sheet, parts) => writePolicy(order.folder, sheet, parts),
    readPolicy: () => sheetIfThere(order.folder),
    probe: (parts, data) => probe(order, parts, data, world),
    report,
    appVersion: appVersion(),
    stopRequested,
    pauseRequested,
  }).finally(() => world.close())
}

/** One simulated episode, measured by what the task is about; for a task of any point one to each of the usual goals. */
async function probe(
  { task, seed }: TrainingOrder,
  parts: PolicyParts,
  data: RunSheet,
  world: ProbeWorld,
): Promise<Probe> {
  const policy = new native.Policy(parts)
  policy.reset(seed)
  if (task.kind === 'reach' || task.kind === 'reach-any') {
    const goals = task.kind === 'reach' ? [task.goal] : defaultGoals().map(({ position }) => position)
    const closest = goals.map((goal) => closestInSimulation(seed, policy, goal))
    return { closestM: closest.reduce((sum, value) => sum + value, 0) / closest.length, episodeReturn: null }
  }
  if (task.kind === 'expression' && armWorldNameSchema.safeParse(data.world).success) {
    const { return: episodeReturn } = inSimulation(seed, (arm, options) =>
      runExpressionEpisode(arm, policy, { ...data, task }, options),
    )
    return { closestM: null, episodeReturn }
  }
  const opened = await world.of(data)
  const reward = task.kind === 'expression' ? worldStepReward(task, data) : undefined
  return { closestM: null, episodeReturn: opened && runEnvEpisode(opened, policy, 1, STEPS_PER_TRY, reward).return }
}

/** The simulated world of the data, opened for the first probe and kept for the next ones. */
class ProbeWorld {
  readonly #seed: number
  #opened: Promise<World> | null = null

  /** Episodes of a policy begin otherwise than those of the data, by the convention of TD3's and BCQ's code. */
  constructor({ seed }: TrainingOrder) {
    this.#seed = (seed + 100) >>> 0
  }

  /** Null for data of a world that is not simulated here. */
  of({ world, worldOptions }: RunSheet): Promise<World> | null {
    const known = locomotionNameSchema.safeParse(world)
    if (!known.success) return null
    const options = worldOptionsSchema.parse(worldOptions)
    return (this.#opened ??= openWorld({
      world: known.data,
      options,
      seed: this.#seed,
      armId: null,
      robot: 'in-process',
    }))
  }

  async close(): Promise<void> {
    await (await this.#opened)?.close()
  }
}

/** Closest tool-tip distance of one episode on a simulated arm, m. */
function closestInSimulation(seed: number, policy: Policy, goal: Vector3): number {
  return inSimulation(seed, (arm, options) => runReachEpisode(arm, policy, goal, options).closestM)
}

/** One episode on a simulated arm that stands at home. The seed makes every episode of a curve the same. */
function inSimulation<T>(seed: number, run: (arm: ArmDriver, options: ArmEpisodeOptions) => T): T {
  const arm = new native.SimulatedArm({ model: armModel(), seed })
  try {
    arm.arm()
    goHome(arm)
    return run(arm, { stepsPerEpisode: STEPS_PER_TRY, stepPeriodS: 0.05, home: armModel().home })
  } finally {
    void arm.close()
  }
}
