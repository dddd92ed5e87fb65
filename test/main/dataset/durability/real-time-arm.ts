import { simulatedRobot } from '../../../doubles/simulated-robot.ts'

/** A simulated arm in real time, and the words that collect with it. */
export function realTimeArm(): string[] {
  return ['--world', 'panda-fci', '--robot', simulatedRobot().address, '--explorer', 'random', '--seed', '3']
}
