import { refusal } from '../../contract/problem.ts'
import { JOINTS, vector3Schema } from '../../contract/robot.ts'
import type { ArmWorldName } from '../../contract/world.ts'
import { armModel, armModelOf } from '../platform/arm-model.ts'
import { native } from '../platform/native.ts'
import type { ArmDriver } from '../platform/native-arm.ts'
import type { SupervisorLimits } from '../platform/native-arm-model.ts'
import { limitsHash } from '../robot/limits-hash.ts'
import type { StepRow } from './step-row.ts'
import type { LimitViolations, World, WorldSpec, WorldStop } from './world.ts'

const STEP_PERIOD_S = 0.05

/** Which arm a world drives. `armId`: number of an arm that another thread of this process has connected. */
export type PandaWorldOptions = { name: 'panda'; seed: number } | { name: 'panda-fci'; armId: number; robot: string }

/** The arm at the other end: its protocol, which says what kind of robot it is, and the limits in force there. */
export interface ConnectedKind {
  protocol: number
  limits: SupervisorLimits
}

/** What is known of the arm's world before an arm is there (then a Panda with its defaults), or of a connected one. */
export function pandaSpec(name: ArmWorldName, robot: string, connected?: ConnectedKind): WorldSpec {
  const { limits, supervisor: defaults } = armModelOf(connected?.protocol ?? null)
  const supervisor = connected?.limits ?? defaults
  const joints = Array.from({ length: JOINTS }, (_, i) => i + 1)
  return {
    name,
    robot,
    options: {},
    observation: [
      ...joints.map((joint) => ({ name: `q${joint}`, unit: 'rad' })),
      ...joints.map((joint) => ({ name: `dq${joint}`, unit: 'rad/s' })),
    ],
    action: joints.map((joint) => ({ name: `dq${joint}`, unit: 'rad/s', scale: supervisor.velocityClip })),
    hasReward: false,
    simulatorState: [],
    stepPeriodS: STEP_PERIOD_S,
    realTime: name === 'panda-fci',
    tooltipBox: { min: vector3Schema.parse(supervisor.boxMin), max: vector3Schema.parse(supervisor.boxMax) },
    jointRange: { min: limits.qMin, max: limits.qMax },
    limitsHash: limitsHash(connected?.protocol ?? null, supervisor),
  }
}

/**
 * The arm as a world: simulated in this process, or reached over the network by the thread that connected it.
 * Refuses with `robot-gone` when the connected arm is not there any more.
 */
export function openPandaWorld(options: PandaWorldOptions): World {
  if (options.name === 'panda') return new SimulatedPanda(options.seed)
  const driver = native.attachArm(options.armId)
  if (driver) return new ConnectedPanda(options.robot, driver)
  throw refusal(
    'robot-gone',
    `The link to the arm at ${options.robot} is closed. Nothing moves and nothing is recorded.`,
    'Connect to the arm again, then start.',
  )
}

/** What both arms share: an episode is the driver's. */
abstract class PandaWorld implements World {
  readonly spec: WorldSpec
  protected driver: ArmDriver

  constructor(spec: WorldSpec, driver: ArmDriver) {
    this.spec = spec
    this.driver = driver
  }

  abstract beginReset(episode: number): void
  abstract continueReset(budgetMs: number): boolean
  abstract close(): Promise<void>

  beginEpisode(row: StepRow): void {
    this.driver.beginEpisode(row.observation, row.tooltip, row.tickTime)
  }

  step(row: StepRow): void {
    this.driver.step(row.action, row.observation, row.tooltip, row.sent, row.tickTime, row.info)
  }

  endEpisode(): void {
    this.driver.endEpisode()
  }

  stopCause(): WorldStop | null {
    const { stop } = this.driver.state()
    if (!stop) return null
    const { code, title, message, tip, latched } = stop
    return { code, title, message, tip, latched }
  }

  violations(): LimitViolations {
    return this.driver.state().violations
  }
}

/** An arm that main has connected and that main closes. */
class ConnectedPanda extends PandaWorld {
  constructor(robot: string, driver: ArmDriver) {
    super(pandaSpec('panda-fci', robot, { protocol: driver.state().protocol, limits: driver.limits() }), driver)
  }

  beginReset(): void {
    this.driver.beginHome()
  }

  continueReset(budgetMs: number): boolean {
    return this.driver.waitHome(budgetMs) === 'home'
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

/**
 * Each episode has an arm of its own that stands at home: an episode then depends on the seed and its number alone, so
 * that a run that was cut up gives the same bytes as one that was not.
 */
class SimulatedPanda extends PandaWorld {
  private readonly seed: number
  private readonly counted: LimitViolations = { position: 0, velocity: 0, acceleration: 0, jerk: 0 }

  constructor(seed: number) {
    super(pandaSpec('panda', 'in-process'), newSimulatedArm(seed))
    this.seed = seed
  }

  beginReset(): void {
    this.retire()
    this.driver = newSimulatedArm(this.seed)
  }

  continueReset(): boolean {
    return true
  }

  override violations(): LimitViolations {
    const now = super.violations()
    return addViolations(this.counted, now)
  }

  private retire(): void {
    Object.assign(this.counted, addViolations(this.counted, this.driver.state().violations))
    void this.driver.close()
  }

  close(): Promise<void> {
    return this.driver.close()
  }
}

function newSimulatedArm(seed: number): ArmDriver {
  const driver = new native.SimulatedArm({ model: armModel(), seed })
  // Nobody can stand in a simulated workspace.
  driver.arm()
  return driver
}

function addViolations(a: LimitViolations, b: LimitViolations): LimitViolations {
  return {
    position: a.position + b.position,
    velocity: a.velocity + b.velocity,
    acceleration: a.acceleration + b.acceleration,
    jerk: a.jerk + b.jerk,
  }
}
