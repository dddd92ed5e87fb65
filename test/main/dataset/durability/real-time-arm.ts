import { onTestFinished } from 'vitest'
import { armModel } from '../../../../src/main/platform/arm-model.ts'
import { native } from '../../../../src/main/platform/native.ts'

/** A simulated arm in real time, and the words that collect with it. */
export function realTimeArm(): string[] {
  const robot = new native.SimulatedRobot({
    host: '127.0.0.1',
    port: 0,
    protocol: 5,
    model: armModel(),
    seed: 1,
    fault: '',
  })
  onTestFinished(() => robot.close())
  return ['--world', 'panda-fci', '--robot', `127.0.0.1:${robot.port}`, '--explorer', 'random', '--seed', '3']
}
