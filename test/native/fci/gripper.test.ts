import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { GripperDriver, GripperJobResult, SimulatedGripper } from '../../../src/main/platform/native-gripper.ts'
import { until } from '../../doubles/until.ts'
import { hex } from './fci-peer.ts'

const HOST = '127.0.0.1'
const open: { close(): unknown }[] = []

function hand(objectWidth?: number): SimulatedGripper {
  const made = new native.SimulatedGripper({ host: HOST, port: 0, ...(objectWidth === undefined ? {} : { objectWidth }) })
  open.push(made)
  return made
}

async function connected(port: number): Promise<GripperDriver> {
  const driver = await native.connectGripper({ host: HOST, port, timeoutMs: 2000 })
  open.push(driver)
  await until(() => driver.state().ageMs >= 0)
  return driver
}

async function resultOf(driver: GripperDriver, job: number): Promise<GripperJobResult> {
  let found: GripperJobResult | undefined
  await until(() => (found = driver.state().results.find((each) => each.job === job)) !== undefined)
  return found!
}

async function homed(object?: number): Promise<{ driver: GripperDriver; sim: SimulatedGripper }> {
  const sim = hand(object)
  const driver = await connected(sim.port)
  expect(await resultOf(driver, driver.request('home'))).toMatchObject({ command: 'home', outcome: 'done' })
  await until(() => driver.state().maxWidth > 0)
  return { driver, sim }
}

/** A Hand of bytes: what it reads, and what it says. */
class RawHand {
  readonly server: Server
  received = Buffer.alloc(0)
  socket: Socket | undefined

  constructor() {
    this.server = createServer((socket) => {
      this.socket = socket
      socket.on('error', () => undefined)
      socket.on('data', (data: Buffer) => (this.received = Buffer.concat([this.received, data])))
    })
    open.push({ close: () => (this.socket?.destroy(), this.server.close()) })
  }

  async listen(): Promise<number> {
    await once(this.server.listen(0, HOST), 'listening')
    return (this.server.address() as AddressInfo).port
  }

  async take(bytes: number): Promise<Buffer> {
    await until(() => this.received.length >= bytes)
    const taken = this.received.subarray(0, bytes)
    this.received = this.received.subarray(bytes)
    return taken
  }

  say(text: string): void {
    this.socket!.write(hex(text))
  }
}

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

describe('the service of the Hand on the wire', () => {
  it('sends the Connect sample and takes the sample of its answer', async () => {
    const raw = new RawHand()
    const port = await raw.listen()
    const attempt = native.connectGripper({ host: HOST, port, timeoutMs: 2000 })
    const request = await raw.take(14)
    expect(request.subarray(0, 12)).toEqual(hex('00 00 00 00 00 00 0e 00 00 00 03 00'))
    raw.say('00 00 00 00 00 00 0e 00 00 00 00 00 03 00')
    const driver = await attempt
    open.push(driver)
    const udp = createSocket('udp4')
    open.push(udp)
    const state = hex('07 00 00 00 9a 99 99 99 99 99 a9 3f 7b 14 ae 47 e1 7a b4 3f 01 1e 00')
    udp.send(state, request.readUInt16LE(12), HOST)
    await until(() => driver.state().ageMs >= 0)
    expect(driver.state()).toMatchObject({ width: 0.05, maxWidth: 0.08, grasped: true, temperature: 30, connected: true })
    driver.request('move', { width: 0.05, speed: 0.1 })
    expect(await raw.take(26)).toEqual(hex('03 00 01 00 00 00 1a 00 00 00 9a 99 99 99 99 99 a9 3f 9a 99 99 99 99 99 b9 3f'))
    raw.say('03 00 01 00 00 00 0c 00 00 00 00 00')
    await until(() => driver.state().activity === 'none')
    driver.request('grasp', { width: 0.05, speed: 0.1, epsilonInner: 0.1, epsilonOuter: 0.05, force: 0.05 })
    const grasp = await raw.take(50)
    expect(grasp.subarray(0, 10)).toEqual(hex('02 00 02 00 00 00 32 00 00 00'))
    expect([0, 1, 2, 3, 4].map((i) => grasp.readDoubleLE(10 + 8 * i))).toEqual([0.05, 0.1, 0.05, 0.1, 0.05])
    driver.stop()
    expect(await raw.take(10)).toEqual(hex('04 00 03 00 00 00 0a 00 00 00'))
  })

  it.each([
    ['another protocol', '00 00 00 00 00 00 0e 00 00 00 01 00 02 00', 'gripper-version'],
    ['a refusal', '00 00 00 00 00 00 0e 00 00 00 01 00 03 00', 'gripper-refused'],
    ['a frame without end', '00 00 00 00 00 00 ff ff ff ff', 'gripper-refused'],
    ['something else', '48 54 54 50 2f 31 2e 31 20 34 30 30 20 42', 'gripper-refused'],
  ])('says so when %s answers', async (_, answer, code) => {
    const raw = new RawHand()
    const attempt = native.connectGripper({ host: HOST, port: await raw.listen(), timeoutMs: 2000 })
    const refused = expect(attempt).rejects.toMatchObject({ code })
    await raw.take(14)
    raw.say(answer)
    await refused
  })

  it('calls an arm without a Hand by its name', async () => {
    const server = createServer().listen(0, HOST)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    await expect(native.connectGripper({ host: HOST, port, timeoutMs: 2000 })).rejects.toMatchObject({
      code: 'gripper-absent',
      message: expect.stringContaining('No Hand was found') as string,
      tip: expect.stringContaining('without a gripper') as string,
    })
  })

  it('answers the Connect sample, states and a command as the table says', async () => {
    const sim = hand()
    const udp = createSocket('udp4')
    await new Promise<void>((resolve) => udp.bind(0, HOST, resolve))
    const tcp = connect({ port: sim.port, host: HOST, noDelay: true })
    open.push(udp, { close: () => tcp.destroy() })
    let received = Buffer.alloc(0)
    tcp.on('data', (data: Buffer) => (received = Buffer.concat([received, data])))
    const states: Buffer[] = []
    udp.on('message', (bytes: Buffer) => states.push(bytes))
    const request = hex('00 00 00 00 00 00 0e 00 00 00 03 00 00 00')
    request.writeUInt16LE(udp.address().port, 12)
    tcp.write(request)
    await until(() => received.length >= 14)
    expect(received).toEqual(hex('00 00 00 00 00 00 0e 00 00 00 00 00 03 00'))
    await until(() => states.length > 2)
    expect(states[0]!.length).toBe(23)
    expect(states[0]!.readDoubleLE(12)).toBe(0)
    expect(states[1]!.readUInt32LE(0)).toBeGreaterThan(states[0]!.readUInt32LE(0))
    received = Buffer.alloc(0)
    // A move before homing fails, with its own number.
    tcp.write(hex('03 00 09 00 00 00 1a 00 00 00 9a 99 99 99 99 99 a9 3f 9a 99 99 99 99 99 b9 3f'))
    await until(() => received.length >= 12)
    expect(received).toEqual(hex('03 00 09 00 00 00 0c 00 00 00 01 00'))
  })
})

describe('the Hand', () => {
  it('is blocked until it is homed, in plain words', async () => {
    const sim = hand()
    const driver = await connected(sim.port)
    const blocked = expect.objectContaining({
      code: 'gripper-not-homed',
      message: expect.stringContaining('has not been homed') as string,
      tip: expect.stringContaining('Keep your fingers clear') as string,
    }) as Error
    expect(() => driver.request('move', { width: 0.05, speed: 0.1 })).toThrow(blocked)
    expect(() => driver.request('grasp', { width: 0, speed: 0.1, force: 30 })).toThrow(blocked)
    expect(sim.commands).toBe(0)
  })

  it('homes, moves and knows its width; refuses what is out of range before it is sent', async () => {
    const { driver, sim } = await homed()
    expect(driver.state()).toMatchObject({ maxWidth: 0.08, grasped: false, activity: 'none' })
    expect(await resultOf(driver, driver.request('move', { width: 0.03, speed: 0.2 }))).toMatchObject({ outcome: 'done' })
    await until(() => Math.abs(driver.state().width - 0.03) < 1e-5)
    const sent = sim.commands
    expect(() => driver.request('move', { width: 0.09, speed: 0.1 })).toThrow(expect.objectContaining({ code: 'gripper-width' }))
    expect(() => driver.request('move', { width: NaN, speed: 0.1 })).toThrow(expect.objectContaining({ code: 'gripper-width' }))
    expect(() => driver.request('move', { width: 0.01, speed: 3 })).toThrow(expect.objectContaining({ code: 'gripper-speed' }))
    expect(() => driver.request('grasp', { width: 0.01, speed: 0.1, force: 300 })).toThrow(
      expect.objectContaining({ code: 'gripper-force' }),
    )
    expect(sim.commands).toBe(sent)
  })

  it('holds an object inside the tolerances, and opens again when it is outside', async () => {
    const { driver } = await homed(0.031)
    const grasp = { speed: 0.2, force: 30, epsilonInner: 0.005, epsilonOuter: 0.005 }
    expect(await resultOf(driver, driver.request('grasp', { ...grasp, width: 0.02 }))).toMatchObject({ outcome: 'missed' })
    expect(driver.state().grasped).toBe(false)
    expect(await resultOf(driver, driver.request('grasp', { ...grasp, width: 0.03 }))).toMatchObject({ outcome: 'done' })
    await until(() => driver.state().grasped)
    // An object of unknown width: no inner tolerance needed, outwards as far as the Hand opens.
    expect(await resultOf(driver, driver.request('grasp', { ...grasp, width: 0, epsilonOuter: 0.08 }))).toMatchObject({
      outcome: 'done',
    })
  })

  it('runs one command at a time: stop first, the newest of those that wait', async () => {
    const { driver, sim } = await homed()
    const before = sim.commands
    const slow = driver.request('move', { width: 0.0, speed: 0.005 })
    await until(() => driver.state().activity === 'moving')
    const replaced = driver.request('move', { width: 0.01, speed: 0.1 })
    const newest = driver.request('move', { width: 0.06, speed: 0.1 })
    expect((await resultOf(driver, replaced)).outcome).toBe('replaced')
    expect((await resultOf(driver, newest)).outcome).toBe('done')
    expect((await resultOf(driver, slow)).outcome).toBe('aborted')
    await until(() => Math.abs(driver.state().width - 0.06) < 1e-5)
    expect(sim.commands - before).toBe(3) // slow, Stop, newest
  })

  it('does not cut homing short for a later command, but for Stop', async () => {
    const driver = await connected(hand().port)
    const home = driver.request('home')
    await until(() => driver.state().activity === 'homing')
    const move = driver.request('move', { width: 0.02, speed: 0.2 })
    expect((await resultOf(driver, move)).outcome).toBe('done')
    expect((await resultOf(driver, home)).outcome).toBe('done')
    const again = driver.request('home')
    await until(() => driver.state().activity === 'homing')
    driver.stop()
    expect((await resultOf(driver, again)).outcome).toBe('aborted')
    await until(() => driver.state().maxWidth === 0)
    expect(() => driver.request('move', { width: 0.02, speed: 0.1 })).toThrow(
      expect.objectContaining({ code: 'gripper-not-homed' }),
    )
  })

  it('is lost in words when its service ends, and the running command with it', async () => {
    const { driver, sim } = await homed()
    const job = driver.request('move', { width: 0, speed: 0.005 })
    await until(() => driver.state().activity === 'moving')
    await sim.close()
    expect((await resultOf(driver, job)).outcome).toBe('lost')
    expect(driver.state().connected).toBe(false)
    expect(() => driver.request('home')).toThrow(expect.objectContaining({ code: 'gripper-lost' }))
  })
})
