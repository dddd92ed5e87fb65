import type { ArmLimits, RobotState } from '../../contract/robot.ts'
import { armLimits } from '../platform/arm-model.ts'
import type { SupervisorLimits } from '../platform/native-arm-model.ts'
import { Watched } from '../platform/watched.ts'
import type { Feed } from '../platform/watched.ts'

/** Limits and box of the arm in use: they change when it is known what kind of robot answers, and when a person tightens one. */
export class ArmLimitsWatch implements Feed<ArmLimits> {
  readonly #robot: Feed<RobotState>
  readonly #inForce: Feed<SupervisorLimits>
  readonly #limits: Watched<ArmLimits>
  #protocol: number | null = null

  constructor(robot: Feed<RobotState>, inForce: Feed<SupervisorLimits>) {
    this.#robot = robot
    this.#inForce = inForce
    this.#limits = new Watched(armLimits(null, inForce.current()))
    robot.onChange(() => this.#followRobot())
    inForce.onChange(() => this.#refresh())
  }

  current(): ArmLimits {
    return this.#limits.current()
  }

  onChange(listener: () => void): () => void {
    return this.#limits.onChange(listener)
  }

  #followRobot(): void {
    const { protocol } = this.#robot.current()
    if (protocol === this.#protocol) return
    this.#protocol = protocol
    this.#refresh()
  }

  #refresh(): void {
    this.#limits.set(armLimits(this.#protocol, this.#inForce.current()))
  }
}
