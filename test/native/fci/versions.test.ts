import { afterEach, describe, expect, it } from 'vitest'
import { armModel, armModelOf, researchLimits } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import { EndCode } from '../../../src/main/platform/native-arm.ts'
import type { ArmDriver } from '../../../src/main/platform/native-arm.ts'
import type { SimulatedRobot } from '../../../src/main/platform/native-simulated-robot.ts'
import { patientArmModel } from '../../doubles/patient-arm.ts'
import { until } from '../../doubles/until.ts'
import { Episode } from '../arm/episode.ts'
import { doubles, frame, hex, moveRequest, RawClient, RawRobot } from './fci-peer.ts'
import { commandSize, PRINTED_OFFSETS, REQUESTS, STATE_BYTES, stateLayout, STATUS, VERSIONS } from './fci-versions.ts'

const HOME = [0, -Math.PI / 4, 0, (-3 * Math.PI) / 4, 0, Math.PI / 2, Math.PI / 4]
const family = (version: number): 'old' | 'recent' => (version < 6 ? 'old' : 'recent')

const open: { close(): unknown }[] = []

/** Simulated time waits for a client that other programs keep from its core. */
const SERVED = { host: '127.0.0.1', port: 0, seed: 1, patienceMs: 2000 }

// The robot of these tests runs on JavaScript timers: late states are the test's own doing.
function connectTo(port: number, research = true): Promise<ArmDriver> {
  const limits = research ? { research: researchLimits() } : {}
  return native.connectArm({ host: '127.0.0.1', port, model: patientArmModel(), timeoutMs: 2000, ...limits })
}

function simulated(protocol: number, fault = ''): SimulatedRobot {
  const model = armModelOf(protocol)
  const robot = new native.SimulatedRobot({ ...SERVED, protocol, model, fault })
  open.push(robot)
  return robot
}

function reply(version: number, status: number): Buffer {
  return hex(`00 00 00 00 00 00 00 00 0f 00 00 00 0${status} 0${version} 00`)
}

/** A robot of bytes that speaks `version`: refuses what the client tries first, then accepts. Returns the last request. */
async function greet(robot: RawRobot, version: number): Promise<Buffer> {
  let request = await robot.requests.next()
  if (request?.readUInt16LE(12) !== version) {
    robot.reply(reply(version, 1))
    request = await robot.requests.next()
  }
  if (request === undefined) throw new Error('no Connect request came')
  robot.clientUdpPort = request.readUInt16LE(14)
  robot.reply(reply(version, 0))
  return request
}

/** Sends a state every millisecond from now on. */
function stream(robot: RawRobot, state: Buffer): void {
  const timer = setInterval(() => {
    state.writeBigUInt64LE(state.readBigUInt64LE(0) + 1n, 0)
    robot.sendPacket(state)
  }, 1)
  open.push({ close: () => clearInterval(timer) })
}

/** An idle robot at home whose every measured value differs from the next. */
function distinctState(version: number): Buffer {
  const { at, bytes } = stateLayout(version)
  const state = Buffer.alloc(bytes)
  const put = (field: string, values: readonly number[]): void =>
    values.forEach((value, i) => state.writeDoubleLE(value, at[field]! + 8 * i))
  put('q', HOME)
  put('q_d', HOME)
  put('dq', [1, 2, 3, 4, 5, 6, 7].map((j) => j / 1000))
  put('tau_ext_hat_filtered', [1, 2, 3, 4, 5, 6, 7].map((j) => j / 8))
  put('m_ee', [0.73])
  state[at['controller_mode']!] = 3
  state[at['robot_mode']!] = 1
  state[at['errors']! + 25] = 1
  return state
}

async function connected(version: number): Promise<{ arm: ArmDriver; robot: RawRobot; state: Buffer; request: Buffer }> {
  const robot = await RawRobot.listen(HOME)
  open.push(robot)
  const state = distinctState(version)
  const attempt = connectTo(robot.port)
  const request = await greet(robot, version)
  stream(robot, state)
  const arm = await attempt
  open.push(arm)
  return { arm, robot, state, request }
}

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

describe('the table of state fields', () => {
  it('adds up to the printed offsets and sizes', () => {
    expect(stateLayout(5).at).toMatchObject(PRINTED_OFFSETS)
    for (const version of VERSIONS) expect(stateLayout(version).bytes).toBe(STATE_BYTES[version])
  })
})

describe.each(VERSIONS)('a robot that speaks protocol %i', (version) => {
  const { at } = stateLayout(version)

  it('is called in its own protocol and read at the offsets of its table', async () => {
    const { arm, request } = await connected(version)
    expect(request.subarray(0, 14)).toEqual(hex(`00 00 00 00 00 00 00 00 10 00 00 00 0${version} 00`))
    const state = arm.state()
    expect(state).toMatchObject({ connected: true, protocol: version, mode: 1, toolMass: 0.73 })
    expect(state.errors).toEqual(['communication_constraints_violation'])
    HOME.forEach((q, joint) => expect(state.q[joint]).toBe(q))
    expect([...state.dq]).toEqual([1, 2, 3, 4, 5, 6, 7].map((j) => j / 1000))
    expect([...state.tauExternal]).toEqual([1, 2, 3, 4, 5, 6, 7].map((j) => j / 8))
  })

  it('gets the Move sample and commands of its size, and its refusal is understood', async () => {
    const { arm, robot, state } = await connected(version)
    state[at['errors']! + 25] = 0
    state.fill(0, at['dq']!, at['dq']! + 56)
    state.fill(0, at['tau_ext_hat_filtered']!, at['tau_ext_hat_filtered']! + 56)
    await until(() => arm.state().errors.length === 0)
    arm.arm()
    arm.beginHome()
    expect(await robot.requests.next()).toEqual(moveRequest(1))
    robot.reply(frame(1, 1, Buffer.from([STATUS.move[family(version)].started])))
    state[at['robot_mode']!] = 2
    state[at['motion_generator_mode']!] = 2
    state[at['controller_mode']!] = 0
    expect((await robot.commands.next((bytes) => bytes[313] === 1))?.length).toBe(commandSize(version))
    state[at['robot_mode']!] = 1
    state[at['motion_generator_mode']!] = 0
    state[at['controller_mode']!] = 3
    robot.reply(frame(1, 1, Buffer.from([STATUS.move[family(version)].finished])))
    await until(() => arm.state().activity === 'none')
    arm.beginHome()
    await robot.requests.next()
    robot.reply(frame(1, 2, Buffer.from([STATUS.move[family(version)].notPossible])))
    await until(() => arm.state().stop !== null)
    expect(arm.state().stop).toMatchObject({ code: 'move-refused', latched: true })
  })

  it('is understood when it asks for recovery by hand', async () => {
    const { arm, robot } = await connected(version)
    const recovery = expect(arm.recover()).rejects.toMatchObject({ code: 'recovery-manual' })
    const number = version < 6 ? 12 : 10
    expect(await robot.requests.next()).toEqual(frame(number, 1))
    robot.reply(frame(number, 1, Buffer.from([STATUS.recovery[family(version)].manual])))
    await recovery
  })
})

describe.each(VERSIONS)('the simulated arm that speaks protocol %i', (version) => {
  async function client(robot: SimulatedRobot): Promise<RawClient> {
    const made = await RawClient.open(robot.port)
    open.push(made)
    expect(await made.handshake(version)).toEqual(reply(version, 0))
    return made
  }

  it('sends states whose fields are where its table says', async () => {
    const { at, bytes } = stateLayout(version)
    const state = (await (await client(simulated(version))).states.next())!
    expect(state.length).toBe(bytes)
    doubles(state, at['q']!, 7).forEach((q, joint) => expect(q).toBeCloseTo(HOME[joint]!, 9))
    doubles(state, at['theta']!, 7).forEach((q, joint) => expect(q).toBeCloseTo(HOME[joint]!, 9))
    expect(doubles(state, at['O_T_EE']!, 16)[14]).toBeCloseTo(0.486882, 5)
    expect(doubles(state, at['F_T_EE']!, 16)[14]).toBeCloseTo(0.1034, 9)
    expect(doubles(state, at['m_ee']!, 1)).toEqual([0.73])
    expect(doubles(state, at['elbow']!, 2)).toEqual([0, -1])
    expect(doubles(state, at['elbow_c']!, 2)).toEqual([0, -1])
    if (version >= 5) expect(doubles(state, at['O_ddP_O']!, 3)).toEqual([0, 0, -9.81])
    expect([state[at['motion_generator_mode']!], state[at['controller_mode']!], state[at['robot_mode']!]]).toEqual([0, 3, 1])
    expect(doubles(state, at['control_command_success_rate']!, 1)).toEqual([0])
  })

  it('answers each request under its own number and size, and hangs up on one it does not have', async () => {
    const robot = simulated(version)
    const peer = await client(robot)
    let id = 1
    for (const each of REQUESTS) {
      const number = version < 6 ? each.old : each.recent
      if (number === null) continue
      peer.send(frame(number, id, Buffer.alloc(each.request - 12)))
      const answer = (await peer.replies.next())!
      expect([each.name, answer.readUInt32LE(0), answer.readUInt32LE(4), answer.length]).toEqual([each.name, number, id++, each.reply])
    }
    peer.send(frame(version < 6 ? 14 : version < 8 ? 12 : 13, id, Buffer.alloc(0)))
    expect(await peer.replies.next()).toBeUndefined()
  })
})

describe('a Franka Research 3', () => {
  it('is refused by name when its limits are not given', async () => {
    const attempt = connectTo(simulated(9).port, false)
    await expect(attempt).rejects.toMatchObject({ code: 'robot-version', message: expect.stringContaining('Franka Research 3') as string })
  })

  it('runs an episode on protocol 9 up to its own joint limit, beyond that of a Panda, without a reflex', async () => {
    const robot = simulated(9)
    const arm = await connectTo(robot.port)
    open.push(arm)
    const episode = new Episode(arm)
    arm.arm()
    episode.home()
    episode.begin()
    const action = Float32Array.from([0, 0, 0, 0, 0, 0, 1])
    let end: number = EndCode.none
    for (let step = 0; step < 200 && end === EndCode.none && episode.observation[6]! < 2.87; step++) end = episode.step(action)
    expect(episode.observation[6]).toBeGreaterThan(armModel().limits.qMax[6]! - armModel().supervisor.jointMarginStop)
    // It slows towards the wall and stays inside; the robot's own checks, which know nothing of ours, found nothing.
    for (let step = 0; step < 20 && end === EndCode.none; step++) end = episode.step(action)
    expect(episode.observation[6]).toBeLessThan(researchLimits().qMax[6]! - armModel().supervisor.jointMarginStop + 1e-3)
    arm.endEpisode()
    expect(robot.stats()).toMatchObject({ clients: 2, reflexes: 0 })
  })

  it('reports a reflex in the numbers of protocol 9', async () => {
    const robot = simulated(9, 'reflex@4')
    const arm = await connectTo(robot.port)
    open.push(arm)
    const episode = new Episode(arm)
    arm.arm()
    episode.home()
    episode.begin()
    const action = Float32Array.from([0, 0, 0, 0, 0, 0, 0.3])
    let end: number = EndCode.none
    for (let step = 0; step < 100 && end === EndCode.none; step++) end = episode.step(action)
    expect(end).toBe(EndCode.reflex)
    expect(arm.state().stop).toMatchObject({ code: 'reflex', latched: true })
    arm.rearm()
    episode.home()
    expect(arm.state().stop).toBeNull()
  })
})
