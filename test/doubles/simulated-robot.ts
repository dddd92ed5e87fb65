import { onTestFinished } from 'vitest'
import { armModel } from '../../src/main/platform/arm-model.ts'
import { native } from '../../src/main/platform/native.ts'
import type { ArmDriver } from '../../src/main/platform/native-arm.ts'
import type { SimulatedRobot, SimulatedRobotOptions } from '../../src/main/platform/native-simulated-robot.ts'
import { patientArmModel } from './patient-arm.ts'

const HOST = '127.0.0.1'

/** A simulated robot on a socket of this machine, in real time, until the test ends. */
export function simulatedRobot(changes: Partial<SimulatedRobotOptions> = {}): {
  robot: SimulatedRobot
  address: string
} {
  const usual = { host: HOST, port: 0, protocol: 5, model: armModel(), seed: 1, fault: '' }
  const robot = new native.SimulatedRobot({ ...usual, ...changes })
  onTestFinished(() => robot.close())
  return { robot, address: `${HOST}:${robot.port}` }
}

/** An armed arm over the network, patient with a busy computer on both sides. */
export async function armedArm(): Promise<{ driver: ArmDriver; robot: SimulatedRobot; address: string }> {
  const { robot, address } = simulatedRobot({ patienceMs: 100 })
  const driver = await native.connectArm({ host: HOST, port: robot.port, model: patientArmModel(), timeoutMs: 5000 })
  onTestFinished(() => driver.close())
  driver.arm()
  return { driver, robot, address }
}
