import { locomotionNameSchema } from '../../contract/world.ts'
import type { LocomotionName, LocomotionOptions, WorldName, WorldOptions } from '../../contract/world.ts'
import { refusal } from '../../contract/problem.ts'
import { locomotionSpec, openLocomotionWorld } from './locomotion-world.ts'
import { openPandaWorld, pandaSpec } from './panda-world.ts'
import type { World, WorldSpec } from './world.ts'

/** Everything that decides which world is opened. */
export interface WorldChoice {
  world: WorldName
  /** Of the world's own randomness. */
  seed: number
  options: WorldOptions
  /** Number of the connected arm of `panda-fci`; null elsewhere. */
  armId: number | null
  /** Address of the arm; `in-process` elsewhere. */
  robot: string
}

/** True for the worlds that MuJoCo simulates. */
export function isLocomotion(world: WorldName): world is LocomotionName {
  return locomotionNameSchema.safeParse(world).success
}

/** `asked` with the defaults filled in. Refuses with `unknown-option` what the world does not have. */
export function worldOptions(world: WorldName, asked: WorldOptions): WorldOptions {
  if (isLocomotion(world)) return locomotionOptions(asked)
  const [key] = Object.keys(asked)
  if (key === undefined) return {}
  throw refusal(
    'unknown-option',
    `The world ${world} has no option "${key}". Nothing is started.`,
    `Leave ${key} out, or choose one of: ${locomotionNameSchema.options.join(', ')}.`,
  )
}

/** Masses as the paper's simulator had them, unless asked otherwise. */
function locomotionOptions({ inertia = 'legacy' }: WorldOptions): LocomotionOptions {
  return { inertia }
}

/** What is known of a world before it is opened. */
export function worldSpec({ world, options, robot }: Pick<WorldChoice, 'world' | 'options' | 'robot'>): WorldSpec {
  return isLocomotion(world) ? locomotionSpec(world, locomotionOptions(options)) : pandaSpec(world, robot)
}

/** Opens a world in the calling thread. Refuses with `robot-gone`, `world-model` or `unknown-option`. */
export async function openWorld(choice: WorldChoice): Promise<World> {
  const { world, seed, armId, robot } = choice
  const options = worldOptions(world, choice.options)
  if (isLocomotion(world)) return openLocomotionWorld(world, seed, locomotionOptions(options))
  if (world === 'panda') return openPandaWorld({ name: world, seed })
  return openPandaWorld({ name: world, armId: armId ?? 0, robot })
}
