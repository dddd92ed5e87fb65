import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import type { ArmDriver } from '../../../src/main/platform/native-arm.ts'
import { patientArmModel } from '../../doubles/patient-arm.ts'
import { until } from '../../doubles/until.ts'
import { randomStream } from '../arm/episode.ts'
import { frame, hex, moveRequest, RawRobot, StateAt } from './fci-peer.ts'

const open: { close(): unknown }[] = []

// The robot of these tests runs on JavaScript timers: late states are the test's own doing.
function connectTo(port: number, host = '127.0.0.1'): Promise<ArmDriver> {
  return native.connectArm({ host, port, model: patientArmModel(), timeoutMs: 2000 })
}

async function rawRobot(): Promise<RawRobot> {
  const robot = await RawRobot.listen(armModel().home)
  open.push(robot)
  return robot
}

async function connected(robot: RawRobot): Promise<ArmDriver> {
  const [arm] = await Promise.all([connectTo(robot.port), robot.accept()])
  open.push(arm)
  return arm
}

async function refusalOf(attempt: Promise<ArmDriver>): Promise<{ code: string; message: string; tip: string }> {
  return await attempt.then(
    () => expect.unreachable('connected'),
    (error: unknown) => error as { code: string; message: string; tip: string },
  )
}

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

describe('connecting over FCI', () => {
  it('sends the Connect sample with the port it listens on', async () => {
    const robot = await rawRobot()
    const [arm, request] = await Promise.all([connectTo(robot.port), robot.accept()])
    open.push(arm)
    expect(request.subarray(0, 14)).toEqual(hex('00 00 00 00 00 00 00 00 10 00 00 00 05 00'))
    expect(arm.state()).toMatchObject({ connected: true, protocol: 5, mode: 1 })
    armModel().home.forEach((q, joint) => expect(arm.state().q[joint]).toBeCloseTo(q, 12))
  })

  it('names the version of a robot that speaks one not known here', async () => {
    const robot = await rawRobot()
    const attempt = refusalOf(connectTo(robot.port))
    await robot.requests.next()
    robot.reply(hex("00 00 00 00 00 00 00 00 0f 00 00 00 01 0a 00"))
    expect(await attempt).toMatchObject({ code: 'robot-version', message: expect.stringContaining("protocol 10") as string })
  })

  it('says that nothing listens', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    expect((await refusalOf(connectTo(port))).code).toBe('robot-refused')
  })

  it('says that the host is not known', async () => {
    expect((await refusalOf(connectTo(1337, 'no.such.host.invalid'))).code).toBe('robot-address')
  })

  it('names the UDP port when no states come', async () => {
    const robot = await rawRobot()
    const attempt = refusalOf(connectTo(robot.port))
    const request = await robot.requests.next()
    robot.reply(hex('00 00 00 00 00 00 00 00 0f 00 00 00 00 05 00'))
    const refusal = await attempt
    expect(refusal.code).toBe('robot-silent')
    expect(refusal.message).toContain(`UDP port ${request?.readUInt16LE(14)}`)
    expect(refusal.tip).toContain('firewall')
  })

  it.each([
    ['nonsense', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a size beyond reason', hex('00 00 00 00 00 00 00 00 ff ff ff ff')],
    ['the answer to another request', hex('00 00 00 00 07 00 00 00 0f 00 00 00 00 05 00')],
    ['an unknown status', hex('00 00 00 00 00 00 00 00 0f 00 00 00 09 05 00')],
  ])('refuses a peer that answers with %s', async (_, answer) => {
    const robot = await rawRobot()
    const attempt = refusalOf(connectTo(robot.port))
    await robot.requests.next()
    robot.reply(answer)
    expect((await attempt).code).toBe('robot-refused')
  })
})

describe('arm over FCI against a robot of bytes', () => {
  it('sends the Move sample for the way home', async () => {
    const robot = await rawRobot()
    const arm = await connected(robot)
    arm.arm()
    arm.beginHome()
    expect(await robot.requests.next()).toEqual(moveRequest(1))
  })

  it('answers each state of a running Move once, with its number, at rest, and finishes', async () => {
    const robot = await rawRobot()
    const arm = await connected(robot)
    arm.arm()
    arm.beginHome()
    await robot.requests.next()
    robot.reply(hex('01 00 00 00 01 00 00 00 0d 00 00 00 01'))
    expect(robot.commands.items).toEqual([])
    robot.state[StateAt.robotMode] = 2
    robot.state[StateAt.motionGenerator] = 2
    robot.state[StateAt.controllerMode] = 0
    const finish = (await robot.commands.next((bytes) => bytes[313] === 1))!
    expect(finish.length).toBe(370)
    // It stands at home already: every field but the number and the flag stays zero.
    finish[313] = 0
    expect([...finish.subarray(8)].every((byte) => byte === 0)).toBe(true)
    robot.state[StateAt.robotMode] = 1
    robot.state[StateAt.motionGenerator] = 0
    robot.state[StateAt.controllerMode] = 3
    robot.reply(hex('01 00 00 00 01 00 00 00 0d 00 00 00 00'))
    await until(() => arm.state().activity === 'none')
    expect(arm.state().stop).toBeNull()
  })

  it('matches replies by their number, not by their order', async () => {
    const robot = await rawRobot()
    const arm = await connected(robot)
    const recovery = arm.recover()
    const request = (await robot.requests.next())!
    expect(request).toEqual(hex('0c 00 00 00 01 00 00 00 0c 00 00 00'))
    robot.reply(frame(2, 77, Buffer.alloc(1)))
    robot.reply(frame(1, 78, hex('06')))
    robot.reply(frame(12, 1, Buffer.alloc(1)))
    await expect(recovery).resolves.toBeUndefined()
    expect(arm.state().stop).toBeNull()
  })

  it('says that the robot asks for recovery by hand', async () => {
    const robot = await rawRobot()
    const arm = await connected(robot)
    const recovery = arm.recover()
    await robot.requests.next()
    robot.reply(frame(12, 1, hex('02')))
    await expect(recovery).rejects.toMatchObject({ code: 'recovery-manual' })
  })

  it('counts gaps in the message ids', async () => {
    const robot = await rawRobot()
    const arm = await connected(robot)
    const before = arm.state().lost
    robot.state.writeBigUInt64LE(robot.state.readBigUInt64LE(0) + 25n, 0)
    await until(() => arm.state().lost === before + 25)
    expect(arm.state().lost10s).toBe(before + 25)
  })

  it('survives thousands of mutated states and replies', async () => {
    const robot = await rawRobot()
    const arm = await connected(robot)
    const random = randomStream(5)
    const index = (below: number): number => Math.floor(((random() + 1) / 2) * below) % below
    for (let n = 0; n < 4000; n++) {
      const bytes = Buffer.from(robot.state)
      // The id stays, so that good states go on being newer than bad ones.
      for (let flips = index(6); flips >= 0; flips--) bytes[8 + index(bytes.length - 8)] = index(256)
      robot.sendPacket(index(3) === 0 ? bytes.subarray(0, index(bytes.length)) : bytes)
      if (n % 200 === 199) await new Promise((resolve) => setImmediate(resolve))
    }
    const newest = robot.state.readBigUInt64LE(0)
    await until(() => arm.state().received > 0 && robot.state.readBigUInt64LE(0) > newest + 20n)
    expect(arm.state().connected).toBe(true)
    expect([...arm.state().q].every(Number.isFinite)).toBe(true)
    for (let n = 0; n < 2000; n++) {
      robot.reply(frame(index(16), index(5), Buffer.from([index(256)])))
    }
    robot.reply(hex('ff ff ff ff 01 02 03 04 ff ff ff 7f'))
    await until(() => !arm.state().connected)
    expect(arm.state().stop).toMatchObject({ code: 'link-lost', latched: true })
  })
})
