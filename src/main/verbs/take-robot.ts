import { ProblemError, problemOf, refusal } from '../../contract/problem.ts'
import { robotAddressSchema } from '../../contract/robot.ts'
import type { RobotAddress } from '../../contract/robot.ts'
import { armModel, researchLimits } from '../platform/arm-model.ts'
import { isLoopback } from '../platform/is-loopback.ts'
import { native } from '../platform/native.ts'
import type { ArmDriver } from '../platform/native-arm.ts'
import { stationHome } from '../platform/station-home.ts'
import { connectProblem } from '../robot/connect-problem.ts'
import { IncidentWatch } from '../robot/incident/incident-watch.ts'
import { LimitSettings } from '../robot/limit-settings.ts'
import { limitsText } from './limits-text.ts'
import { takeStopBox } from './take-stop-box.ts'
import type { VerbInput } from './verb.ts'

const CONNECT_WITHIN_MS = 2000
const HEARTBEAT_EVERY_MS = 100
/** robot_mode of the state packet: a reflex ended the last motion. */
const REFLEX = 4

/** An arm that this process has connected and armed. */
export interface TakenRobot {
  /** `host:port` */
  address: string
  simulated: boolean
  /** Number under which a worker attaches to it. */
  armId: number
  /** Limits that are tightened on this station and so at this arm, by name, SI units. */
  tightenedLimits: Record<string, number[]>
  /** Begins the operator's heartbeat: from now on silence of this process stops the arm. */
  beat(): void
  release(): Promise<void>
}

/**
 * The arm of `--world panda-fci`, connected and armed; null for `panda`, which is simulated in this process. `purpose`: what
 * could be done on an arm that is named in vain, as in "replay".
 */
export function robotOfWorld(input: VerbInput, purpose: string): Promise<TakenRobot | null> {
  if (input.text('world') === 'panda-fci') return takeRobot(input)
  if (!input.has('robot')) return Promise.resolve(null)
  throw refusal(
    'bad-arguments',
    '--robot has no meaning for the world panda, which is simulated in this process. Nothing was started.',
    `Give --world panda-fci to ${purpose} on that arm, or leave --robot out.`,
  )
}

/**
 * Connects to the arm of `--robot` and arms it, with the limits and the stop box of this station as in its window. A real
 * arm also needs the person's `--workspace-clear`.
 */
export async function takeRobot(input: VerbInput): Promise<TakenRobot> {
  const address = parseRobotAddress(input)
  const { host, port } = address
  requireClear(input, host)
  const home = stationHome()
  const limits = new LimitSettings(home)
  const box = await takeStopBox(input, home)
  const driver = await connect(address).catch((error: unknown) => {
    box?.close()
    throw error
  })
  try {
    limits.applyTo(driver)
    input.progress(limitsText(limits.tightened()))
    box?.guard(driver.id)
    // Starting a run is the person's act that a reflex waits for, and the statement above covers it.
    if (driver.state().mode === REFLEX) {
      input.progress(`the arm at ${host} had stopped itself by a reflex; recovering it`)
      await driver.recover()
    }
    driver.arm()
  } catch (error) {
    await driver.close()
    box?.close()
    throw new ProblemError(problemOf(error))
  }
  // The arm comes to rest first, whatever the run is doing when the person interrupts it.
  const stop = (): void => driver.stop('operator-stop', 'The run was interrupted at the terminal.')
  input.signal.addEventListener('abort', stop, { once: true })
  const incidents = new IncidentWatch(driver, address, home, (message) => input.progress(message))
  let timer: NodeJS.Timeout | null = null
  return {
    address: `${host}:${port}`,
    simulated: isLoopback(host),
    armId: driver.id,
    tightenedLimits: Object.fromEntries(limits.tightened().map(({ name, current }) => [name, current])),
    beat: () => {
      driver.heartbeat()
      timer ??= setInterval(() => driver.heartbeat(), HEARTBEAT_EVERY_MS)
    },
    release: async () => {
      if (timer) clearInterval(timer)
      input.signal.removeEventListener('abort', stop)
      await incidents.close()
      await driver.close()
      box?.close()
    },
  }
}

function requireClear(input: VerbInput, host: string): void {
  if (isLoopback(host) || input.flag('workspace-clear')) return
  throw refusal(
    'workspace-not-confirmed',
    `The arm at ${host} is a real one as far as Forager knows. It does not move and nothing is recorded.`,
    'Look at the arm. When nobody and nothing is inside the box, add --workspace-clear.',
  )
}

async function connect(address: RobotAddress): Promise<ArmDriver> {
  try {
    return await native.connectArm({
      ...address,
      model: armModel(),
      research: researchLimits(),
      timeoutMs: CONNECT_WITHIN_MS,
    })
  } catch (error) {
    throw connectProblem(error, address)
  }
}

/** The address typed as `--robot HOST[:PORT]`. Refuses with `bad-arguments`. */
export function parseRobotAddress(input: VerbInput): RobotAddress {
  const text = input.text('robot')
  if (text === '') {
    throw refusal(
      'bad-arguments',
      'World panda-fci needs --robot HOST[:PORT]. Nothing was started.',
      'Give the address of the arm.',
    )
  }
  const [host = '', port = '1337', ...rest] = text.split(':')
  const parsed = robotAddressSchema.safeParse({ host, port: /^\d+$/.test(port) ? Number(port) : NaN })
  if (parsed.success && rest.length === 0) return parsed.data
  throw refusal(
    'bad-arguments',
    `--robot cannot be "${text}". Nothing was started.`,
    'Give HOST or HOST:PORT, for example 172.16.0.2 or 127.0.0.1:1337.',
  )
}
