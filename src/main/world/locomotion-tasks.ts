import type { LocomotionName } from '../../contract/world.ts'

/** What makes a task of a model: HalfCheetah, Hopper and Walker2d as in gym 0.9.1, generation v1. */
export interface LocomotionTask {
  name: LocomotionName
  /** MJCF in assets/worlds. */
  file: string
  /** s, as in the model. */
  timestep: number
  /** Steps of the model per step of the world, with the control held. */
  frames: number
  /** Names of the model's coordinates in the order of qpos and qvel; the first one is not observed. */
  coordinates: readonly { name: string; unit: 'm' | 'rad' }[]
  /** Motor torque at action 1, N m, in the order of the actions. */
  motors: readonly { name: string; torque: number }[]
  /** Observed velocities are clipped to plus and minus this. */
  velocityClip: number
  /** Added to the reward of every step, the terminating one included. */
  aliveBonus: number
  /** Times the sum of squared actions, as asked for and not as clamped, taken off the reward. */
  controlCost: number
  /** Each start coordinate is off by U(-x, x), m or rad. */
  positionNoise: number
  /** Each start velocity is drawn from N(0, x^2) or U(-x, x), m/s or rad/s. */
  velocityNoise: { kind: 'normal' | 'uniform'; scale: number }
  /** False when the body has fallen: a true end of the decision process. All inequalities are strict. */
  isHealthy(qpos: Float64Array, qvel: Float64Array): boolean
}

const ROOT = [
  { name: 'x', unit: 'm' },
  { name: 'z', unit: 'm' },
  { name: 'pitch', unit: 'rad' },
] as const

function joints(names: readonly string[]): { name: string; unit: 'rad' }[] {
  return names.map((name) => ({ name, unit: 'rad' }))
}

const halfCheetah: LocomotionTask = {
  name: 'HalfCheetah-v1',
  file: 'half-cheetah.xml',
  timestep: 0.01,
  frames: 5,
  coordinates: [...ROOT, ...joints(['bthigh', 'bshin', 'bfoot', 'fthigh', 'fshin', 'ffoot'])],
  motors: [
    { name: 'bthigh', torque: 120 },
    { name: 'bshin', torque: 90 },
    { name: 'bfoot', torque: 60 },
    { name: 'fthigh', torque: 120 },
    { name: 'fshin', torque: 60 },
    { name: 'ffoot', torque: 30 },
  ],
  velocityClip: Infinity,
  aliveBonus: 0,
  controlCost: 0.1,
  positionNoise: 0.1,
  velocityNoise: { kind: 'normal', scale: 0.1 },
  isHealthy: () => true,
}

const hopperJoints = ['thigh', 'leg', 'foot']

const hopper: LocomotionTask = {
  name: 'Hopper-v1',
  file: 'hopper.xml',
  timestep: 0.002,
  frames: 4,
  coordinates: [...ROOT, ...joints(hopperJoints)],
  motors: hopperJoints.map((name) => ({ name, torque: 200 })),
  velocityClip: 10,
  aliveBonus: 1,
  controlCost: 0.001,
  positionNoise: 0.005,
  velocityNoise: { kind: 'uniform', scale: 0.005 },
  isHealthy: (qpos, qvel) => {
    // The state (qpos, qvel) without its first two entries.
    for (let i = 2; i < qpos.length; i++) if (!(Math.abs(qpos[i]!) < 100)) return false
    for (const velocity of qvel) if (!(Math.abs(velocity) < 100)) return false
    return qpos[1]! > 0.7 && Math.abs(qpos[2]!) < 0.2
  },
}

const walkerJoints = ['thigh', 'leg', 'foot', 'thigh_left', 'leg_left', 'foot_left']

const walker: LocomotionTask = {
  name: 'Walker2d-v1',
  file: 'walker2d.xml',
  timestep: 0.002,
  frames: 4,
  coordinates: [...ROOT, ...joints(walkerJoints)],
  motors: walkerJoints.map((name) => ({ name, torque: 100 })),
  velocityClip: 10,
  aliveBonus: 1,
  controlCost: 0.001,
  positionNoise: 0.005,
  velocityNoise: { kind: 'uniform', scale: 0.005 },
  isHealthy: (qpos) => qpos[1]! > 0.8 && qpos[1]! < 2 && qpos[2]! > -1 && qpos[2]! < 1,
}

export const locomotionTasks: Record<LocomotionName, LocomotionTask> = {
  'HalfCheetah-v1': halfCheetah,
  'Hopper-v1': hopper,
  'Walker2d-v1': walker,
}
