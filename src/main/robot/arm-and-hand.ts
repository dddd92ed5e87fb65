import { native } from '../platform/native.ts'
import type { SimulatedGripper } from '../platform/native-gripper.ts'
import type { SimulatedRobot, SimulatedRobotOptions } from '../platform/native-simulated-robot.ts'

const ATTEMPTS = 20

export interface ArmAndHand {
  robot: SimulatedRobot
  hand: SimulatedGripper
  close(): Promise<void>
}

/**
 * A simulated arm with its Hand, which answers one port after the arm. With port 0 a free pair is looked for.
 * `objectWidth` in m: something between the fingers.
 */
export async function startArmAndHand(options: SimulatedRobotOptions, objectWidth?: number): Promise<ArmAndHand> {
  for (let attempt = 1; ; attempt++) {
    const robot = new native.SimulatedRobot(options)
    try {
      const between = objectWidth === undefined ? {} : { objectWidth }
      const hand = new native.SimulatedGripper({ host: options.host, port: robot.port + 1, ...between })
      return { robot, hand, close: async () => void (await Promise.all([robot.close(), hand.close()])) }
    } catch (error) {
      await robot.close()
      if (options.port !== 0 || attempt === ATTEMPTS) throw error
    }
  }
}
