import { isIPv4 } from 'node:net'
import { problemOf, refusal } from '../../contract/problem.ts'
import { robotAddressSchema } from '../../contract/robot.ts'
import type { RobotAddress } from '../../contract/robot.ts'
import { armModel } from '../platform/arm-model.ts'
import { native } from '../platform/native.ts'
import type { ArmDriver } from '../platform/native.ts'
import { connectProblem } from '../robot/connect-problem.ts'

const CONNECT_WITHIN_MS = 2000
const HEARTBEAT_EVERY_MS = 100

/** `HOST` or `HOST:PORT` as typed on the command line. Refuses with `bad-arguments`. */
export function parseRobot(text: string): RobotAddress {
  const [host, port, ...rest] = text.split(':')
  const parsed = robotAddressSchema.safeParse({
    host,
    ...(port === undefined ? {} : { port: port === '' ? NaN : Number(port) }),
  })
  if (rest.length === 0 && parsed.success) return parsed.data
  throw refusal(
    'bad-arguments',
    `--robot cannot be "${text}". Nothing was started.`,
    'Give the address of the Control unit, for example 172.16.0.2 or 127.0.0.1:1337.',
  )
}

/** An arm that a terminal run connected to and armed. */
export interface RobotLink {
  driver: ArmDriver
  /** Brings the arm to rest and lets it go. */
  close(): Promise<void>
}

/**
 * Connects and arms for a run from a terminal. An address that is not this machine may be a real arm: it also needs
 * the person's statement that the workspace is clear. While the link is open this process sends the heartbeats,
 * so that the arm stops when the process hangs; an interrupt stops the arm first and everything else after it.
 */
export async function openRobotLink(text: string, workspaceClear: boolean, signal: AbortSignal): Promise<RobotLink> {
  const address = parseRobot(text)
  if (!isThisMachine(address.host) && !workspaceClear)
    throw refusal(
      'workspace-not-clear',
      'Nobody said that the workspace is clear. The arm does not move.',
      'Look that nobody and nothing is inside the box, keep the hardware stop in reach, then add --workspace-clear.',
    )
  const driver = await connect(address)
  const beat = setInterval(() => driver.heartbeat(), HEARTBEAT_EVERY_MS)
  const stop = (): void => driver.stop('operator-stop', 'The run was interrupted at the terminal.')
  signal.addEventListener('abort', stop, { once: true })
  const close = async (): Promise<void> => {
    clearInterval(beat)
    signal.removeEventListener('abort', stop)
    await driver.close()
  }
  try {
    driver.arm()
    driver.heartbeat()
  } catch (error) {
    await close()
    throw problemError(error)
  }
  return { driver, close }
}

async function connect(address: RobotAddress): Promise<ArmDriver> {
  try {
    return await native.connectArm({ ...address, model: armModel(), timeoutMs: CONNECT_WITHIN_MS })
  } catch (error) {
    throw connectProblem(error, address)
  }
}

function problemError(error: unknown): Error {
  const { code, message, tip, details } = problemOf(error)
  return refusal(code, message, tip, details)
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || (isIPv4(host) && host.startsWith('127.'))
}
