import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StepFlag } from '../../contract/dataset.ts'
import { refusal } from '../../contract/problem.ts'
import type { LocomotionName, LocomotionOptions } from '../../contract/world.ts'
import { appRoot } from '../platform/app-root.ts'
import { RandomStream } from '../platform/random-stream.ts'
import { EndCode } from './end-code.ts'
import { explicitInertials } from './explicit-inertials.ts'
import { locomotionTasks } from './locomotion-tasks.ts'
import type { LocomotionTask } from './locomotion-tasks.ts'
import { Simulation } from './simulation.ts'
import type { StepRow } from './step-row.ts'
import type { LimitViolations, World, WorldSpec, WorldStop } from './world.ts'

/** What is known of a locomotion world before it is simulated. */
export function locomotionSpec(name: LocomotionName, options: LocomotionOptions): WorldSpec {
  const task = locomotionTasks[name]
  const velocities = task.coordinates.map((each) => ({ name: `d${each.name}`, unit: `${each.unit}/s` }))
  return {
    name,
    robot: 'in-process',
    options: { ...options },
    // Where the body stands along its way says nothing about what it can do.
    observation: [...task.coordinates.slice(1), ...velocities],
    action: task.motors.map((motor) => ({ name: motor.name, unit: 'N m', scale: motor.torque })),
    hasReward: true,
    simulatorState: [...task.coordinates, ...velocities],
    stepPeriodS: task.frames * task.timestep,
    realTime: false,
    tooltipBox: null,
    jointRange: null,
    limitsHash: createHash('sha256').update(readTemplate(task)).digest('hex'),
  }
}

function readTemplate(task: LocomotionTask): string {
  const path = join(appRoot, 'assets', 'worlds', task.file)
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw refusal(
      'world-model',
      `The model of ${task.name}, assets/worlds/${task.file}, cannot be read. Nothing is simulated; no data are touched.`,
      'Install Forager again, or restore that file from the source.',
      String(error),
    )
  }
}

/** MJCF in force, with the mass properties of each body written out. */
export function locomotionModel(name: LocomotionName, { inertia }: LocomotionOptions): Promise<string> {
  return explicitInertials(readTemplate(locomotionTasks[name]), inertia)
}

/** Opens a world simulated by MuJoCo in this thread. Refuses with `world-model` when this installation is damaged. */
export async function openLocomotionWorld(
  name: LocomotionName,
  seed: number,
  options: LocomotionOptions,
): Promise<LocomotionWorld> {
  const spec = locomotionSpec(name, options)
  const simulation = await Simulation.open(await locomotionModel(name, options))
  return new LocomotionWorld(spec, locomotionTasks[name], simulation, seed)
}

/**
 * A body in a plane, simulated by MuJoCo. An episode depends on the seed, its number and its actions alone. Reward,
 * termination and start follow the task; the step limit is the session's.
 */
export class LocomotionWorld implements World {
  readonly spec: WorldSpec
  readonly simulation: Simulation
  private readonly task: LocomotionTask
  private readonly seed: number
  private readonly periodNs: bigint
  private episode = 0
  private steps = 0
  private stop: WorldStop | null = null

  constructor(spec: WorldSpec, task: LocomotionTask, simulation: Simulation, seed: number) {
    this.spec = spec
    this.task = task
    this.simulation = simulation
    this.seed = seed
    this.periodNs = BigInt(Math.round(spec.stepPeriodS * 1e9))
  }

  beginReset(episode: number): void {
    this.episode = episode
  }

  continueReset(): boolean {
    return true
  }

  /** The start pose with the task's noise on every coordinate. */
  beginEpisode(row: StepRow): void {
    const { simulation, task } = this
    const random = new RandomStream(this.seed, `${task.name}/start/${this.episode}`)
    simulation.reset()
    const { qpos, qvel } = simulation
    const { kind, scale } = task.velocityNoise
    for (let i = 0; i < qpos.length; i++) qpos[i]! += random.uniform(-task.positionNoise, task.positionNoise)
    for (let i = 0; i < qvel.length; i++)
      qvel[i] = kind === 'normal' ? scale * random.normal() : random.uniform(-scale, scale)
    simulation.forward()
    this.begin(row)
  }

  /** Opens an episode in a state of one's own instead of a start pose: qpos and qvel as in `row.simulatorState`. */
  beginEpisodeAt(state: Float64Array, row: StepRow): void {
    const { simulation } = this
    simulation.reset()
    const { qpos, qvel } = simulation
    qpos.set(state.subarray(0, qpos.length))
    qvel.set(state.subarray(qpos.length))
    simulation.forward()
    this.begin(row)
  }

  private begin(row: StepRow): void {
    this.steps = 0
    this.stop = null
    this.observe(row)
    row.reward[0] = 0
    row.tickTime[0] = 0n
    row.info.fill(0)
  }

  step(row: StepRow): void {
    const { simulation, task } = this
    const x = simulation.qpos[0]!
    const effort = this.control(row)
    simulation.step(task.frames)
    this.steps += 1
    if (!this.isFinite()) return this.breakOff(row)
    const velocity = (simulation.qpos[0]! - x) / this.spec.stepPeriodS
    row.reward[0] = velocity + task.aliveBonus - task.controlCost * effort
    row.info[1] = task.isHealthy(simulation.qpos, simulation.qvel) ? EndCode.none : EndCode.terminal
    row.tickTime[0]! += this.periodNs
    this.observe(row)
  }

  /** Sets the motors to the clipped action; returns the sum of squares of the action that was asked for. */
  private control(row: StepRow): number {
    const { ctrl } = this.simulation
    let effort = 0
    row.info[0] = 0
    for (let i = 0; i < ctrl.length; i++) {
      const asked = row.action[i]!
      const sent = Math.min(Math.max(asked, -1), 1)
      effort += asked * asked
      row.sent[i] = ctrl[i] = sent
      if (sent !== asked) row.info[0] = StepFlag.clipped
    }
    if (Number.isFinite(effort)) return effort
    throw refusal(
      'action-not-finite',
      `An action of step ${this.steps + 1} is not a finite number. The steps before it are kept.`,
      'What chooses the actions has failed: look at its losses, or choose other settings.',
    )
  }

  private isFinite(): boolean {
    const { qpos, qvel } = this.simulation
    let sum = 0
    // Joints of one coordinate each: there are as many velocities as coordinates.
    for (let i = 0; i < qpos.length; i++) sum += Math.abs(qpos[i]!) + Math.abs(qvel[i]!)
    return sum < LARGEST
  }

  private breakOff(row: StepRow): void {
    row.info[1] = EndCode.unstable
    this.stop = {
      code: 'simulation-unstable',
      title: 'The simulation became unstable',
      message: `The simulation of ${this.spec.name} has no finite state after step ${this.steps}. The ${this.steps - 1} steps before it are kept.`,
      tip: 'Leave the end of this episode out where the last steps matter.',
      latched: false,
    }
  }

  private observe(row: StepRow): void {
    const { qpos, qvel } = this.simulation
    const { velocityClip } = this.task
    const { observation, simulatorState } = row
    const positions = qpos.length - 1
    for (let i = 0; i < positions; i++) observation[i] = qpos[i + 1]!
    for (let i = 0; i < qvel.length; i++)
      observation[positions + i] = Math.min(Math.max(qvel[i]!, -velocityClip), velocityClip)
    simulatorState.set(qpos, 0)
    simulatorState.set(qvel, qpos.length)
  }

  endEpisode(): void {
    // A body that nobody steps stands still.
  }

  stopCause(): WorldStop | null {
    return this.stop
  }

  violations(): LimitViolations {
    return { position: 0, velocity: 0, acceleration: 0, jerk: 0 }
  }

  close(): Promise<void> {
    this.simulation.close()
    return Promise.resolve()
  }
}

/** MuJoCo calls a state bad beyond this (mjMAXVAL). */
const LARGEST = 1e10
