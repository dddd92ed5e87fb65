import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { armModel } from '../platform/arm-model.ts'
import { native } from '../platform/native.ts'
import { motionOf, nowNs, untilRest } from './bench-robot.ts'

const KILLS = 3
const FAST = 0.3 // rad/s; what random linear policies reach
const RESTING = 1e-3
const cli = join(import.meta.dirname, '../cli.ts')

/**
 * From the moment a collecting process is killed with SIGKILL to rest, by the robot's own rule; the longest, robot's ms.
 */
export async function processKillTime(): Promise<number> {
  const times: number[] = []
  for (let kill = 0; kill < KILLS; kill++) times.push(await killed(kill))
  return Math.max(...times)
}

async function killed(seed: number): Promise<number> {
  const robot = new native.SimulatedRobot({
    host: '127.0.0.1',
    port: 0,
    protocol: 5,
    model: armModel(),
    seed: 1,
    fault: '',
    record: 4000,
  })
  const folder = await mkdtemp(join(tmpdir(), 'forager-bench-'))
  const words = ['--explorer', 'random', '--seed', String(seed), '--transitions', '100000']
  const arm = ['--world', 'panda-fci', '--robot', `127.0.0.1:${robot.port}`, '--dataset', join(folder, 'a.forager')]
  const child = spawn(process.execPath, [cli, 'collect', ...arm, ...words], { stdio: 'ignore' })
  try {
    await speed(robot, (now) => now > FAST, child)
    const exited = once(child, 'exit')
    const at = nowNs()
    child.kill('SIGKILL')
    await exited
    await speed(robot, (now) => now < RESTING, null)
    return untilRest(motionOf(robot), at)
  } finally {
    child.kill('SIGKILL')
    await robot.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Waits for a speed of the robot, as long as the process that moves it lives. */
async function speed(
  robot: InstanceType<typeof native.SimulatedRobot>,
  wanted: (now: number) => boolean,
  child: ReturnType<typeof spawn> | null,
): Promise<void> {
  for (;;) {
    const motion = motionOf(robot, 1)
    if (motion.length > 0 && wanted(motion.speed(0))) return
    if (child !== null && child.exitCode !== null) throw new Error('The process that moves the arm ended by itself.')
    await pause(2)
  }
}
