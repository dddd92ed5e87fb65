import { createHash } from 'node:crypto'
import { refusal } from '../../contract/problem.ts'
import { JOINTS, vector3Schema } from '../../contract/robot.ts'
import type { WorldName } from '../../contract/world.ts'
import { armModel } from '../platform/arm-model.ts'
import { native } from '../platform/native.ts'
import type { ArmDriver } from '../platform/native.ts'
import type { StepRow } from './step-row.ts'
import type { LimitViolations, World, WorldSpec, WorldStop } from './world.ts'

const STEP_PERIOD_S = 0.05

/** Which arm a world drives. `armId`: number of an arm that another thread of this process has connected. */
export type PandaWorldOptions = { name: 'panda'; seed: number } | { name: 'panda-fci'; armId: number; robot: string }

/** What is known of the arm's world before an arm is there. */
export function pandaSpec(name: WorldName, robot: string): WorldSpec {
  const { limits, supervisor } = armModel()
  const joints = Array.from({ length: JOINTS }, (_, i) => i + 1)
  return {
    name,
    robot,
    observation: [
      ...joints.map((joint) => ({ name: `q${joint}`, unit: 'rad' })),
      ...joints.map((joint) => ({ name: `dq${joint}`, unit: 'rad/s' })),
    ],
    action: joints.map((joint) => ({ name: `dq${joint}`, unit: 'rad/s', scale: supervisor.velocityClip })),
    stepPeriodS: STEP_PERIOD_S,
    realTime: name === 'panda-fci',
    tooltipBox: { min: vector3Schema.parse(supervisor.boxMin), max: vector3Schema.parse(supervisor.boxMax) },
    jointRange: { min: limits.qMin, max: limits.qMax },
    limitsHash: createHash('sha256').update(JSON.stringify({ limits, supervisor })).digest('hex'),
  }
}

/**
 * The arm as a world: simulated in this process, or reached over the network by the thread that connected it.
 * Refuses with `robot-gone` when the connected arm is not there any more.
 */
export function openPandaWorld(options: PandaWorldOptions): World {
  if (options.name === 'panda') {
    const driver = new native.SimulatedArm({ model: armModel(), seed: options.seed })
    // Nobody can stand in a simulated workspace.
    driver.arm()
    return new PandaWorld(pandaSpec('panda', 'in-process'), driver, true)
  }
  const driver = native.attachArm(options.armId)
  if (driver) return new PandaWorld(pandaSpec('panda-fci', options.robot), driver, false)
  throw refusal(
    'robot-gone',
    `The link to the arm at ${options.robot} is closed. Nothing moves and nothing is recorded.`,
    'Connect to the arm again, then start.',
  )
}

class PandaWorld implements World {
  readonly spec: WorldSpec
  private readonly driver: ArmDriver
  /** The driver dies with this world. */
  private readonly owned: boolean

  constructor(spec: WorldSpec, driver: ArmDriver, owned: boolean) {
    this.spec = spec
    this.driver = driver
    this.owned = owned
  }

  beginReset(): void {
    this.driver.beginHome()
  }

  continueReset(budgetMs: number): boolean {
    return this.driver.waitHome(budgetMs) === 'home'
  }

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

  async close(): Promise<void> {
    if (this.owned) await this.driver.close()
  }
}
