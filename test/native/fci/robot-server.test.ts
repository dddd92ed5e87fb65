import { afterEach, describe, expect, it } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import type { SimulatedRobot } from '../../../src/main/platform/native-simulated-robot.ts'
import { command, connectRequest, doubles, frame, hex, moveRequest, RawClient, STATE_BYTES, StateAt } from './fci-peer.ts'

const HOME = [0, -Math.PI / 4, 0, (-3 * Math.PI) / 4, 0, Math.PI / 2, Math.PI / 4]
const REST = [0, 0, 0, 0, 0, 0, 0]

const open: { close(): unknown }[] = []

function robot(options: { protocol?: number; fault?: string; seed?: number } = {}): SimulatedRobot {
  const made = new native.SimulatedRobot({
    host: '127.0.0.1',
    port: 0,
    protocol: options.protocol ?? 5,
    model: armModel(),
    seed: options.seed ?? 1,
    fault: options.fault ?? '',
  })
  open.push(made)
  return made
}

async function client(port: number): Promise<RawClient> {
  const made = await RawClient.open(port)
  open.push(made)
  return made
}

async function connected(port: number, version = 5): Promise<RawClient> {
  const made = await client(port)
  expect((await made.handshake(version))?.readUInt8(12)).toBe(0)
  return made
}

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

describe('simulated robot on the wire', () => {
  it('answers the Connect sample byte for byte', async () => {
    const peer = await client(robot().port)
    expect(connectRequest(5, 50000)).toEqual(hex('00 00 00 00 00 00 00 00 10 00 00 00 05 00 50 c3'))
    expect(await peer.handshake()).toEqual(hex('00 00 00 00 00 00 00 00 0f 00 00 00 00 05 00'))
  })

  it('refuses another version with its own number, as the sample of a protocol 6 robot', async () => {
    const peer = await client(robot({ protocol: 6 }).port)
    expect(await peer.handshake(5)).toEqual(hex('00 00 00 00 00 00 00 00 0f 00 00 00 01 06 00'))
    expect(peer.states.items).toEqual([])
  })

  it('sends whole states whose fields are where the table says', async () => {
    const peer = await connected(robot().port)
    const state = (await peer.states.next())!
    expect(state.length).toBe(STATE_BYTES)
    doubles(state, StateAt.q, 7).forEach((q, joint) => expect(q).toBeCloseTo(HOME[joint]!, 9))
    const pose = doubles(state, StateAt.toolPose, 16)
    expect(pose[12]).toBeCloseTo(0.306891, 5)
    expect(pose[14]).toBeCloseTo(0.486882, 5)
    const tool = doubles(state, StateAt.flangeToTool, 16)
    expect(tool[0]).toBeCloseTo(Math.SQRT1_2, 9)
    expect(tool[1]).toBeCloseTo(-Math.SQRT1_2, 9)
    expect(tool[14]).toBeCloseTo(0.1034, 9)
    expect(doubles(state, StateAt.toolMass, 1)).toEqual([0.73])
    expect(doubles(state, StateAt.baseAcceleration, 3)).toEqual([0, 0, -9.81])
    expect(doubles(state, StateAt.elbow, 2)).toEqual([0, -1])
    expect([...state.subarray(StateAt.errors, StateAt.robotMode)].every((flag) => flag === 0)).toBe(true)
    expect([...state.subarray(StateAt.motionGenerator, StateAt.errors)]).toEqual([0, 3])
    expect(state[StateAt.robotMode]).toBe(1)
    expect(doubles(state, StateAt.successRate, 1)).toEqual([0])
  })

  it('gives every state its own, growing message id', async () => {
    const sim = robot()
    const peer = await connected(sim.port)
    const first = (await peer.states.next())!.readBigUInt64LE(0)
    let last = first
    // A slow reader loses packets, but never meets one twice or out of order.
    for (let n = 0; n < 200; n++) {
      const id = (await peer.states.next())!.readBigUInt64LE(0)
      expect(id).toBeGreaterThan(last)
      last = id
    }
    expect(BigInt(sim.stats().states)).toBeGreaterThanOrEqual(last - first + 1n)
  })

  it.each([
    [3, 2085],
    [4, 2341],
    [7, 2373],
    [9, 2373],
  ])('speaks protocol %i with states of %i bytes', async (protocol, size) => {
    const peer = await connected(robot({ protocol }).port, protocol)
    expect((await peer.states.next())!.length).toBe(size)
  })

  it('answers every request with its size and status', async () => {
    const peer = await connected(robot().port)
    const filled = (count: number, value: number): Buffer => Buffer.from(new Float64Array(count).fill(value).buffer)
    // command, payload, reply bytes, status
    const requests: [number, Buffer, number, number][] = [
      [2, Buffer.alloc(0), 13, 1],
      [3, Buffer.alloc(4), 166, 0],
      [4, filled(52, 20), 13, 0],
      [5, filled(7, 3000), 13, 0],
      [5, filled(7, 1e6), 13, 2],
      [5, filled(7, NaN), 13, 2],
      [6, filled(6, 100), 13, 0],
      [7, Buffer.alloc(7), 13, 0],
      [8, filled(16, 0), 13, 0],
      [9, filled(16, 0), 13, 0],
      [10, filled(13, 0), 13, 0],
      [11, filled(5, 1000), 13, 0],
      [12, Buffer.alloc(0), 13, 0],
      [13, Buffer.alloc(2), 13, 1],
    ]
    let id = 1
    for (const [number, payload, size, status] of requests) {
      peer.send(frame(number, id, payload))
      const reply = (await peer.replies.next())!
      expect([number, reply.readUInt32LE(0), reply.readUInt32LE(4), reply.readUInt32LE(8), reply[12]]).toEqual([
        number,
        number,
        id++,
        size,
        status,
      ])
    }
  })

  it('runs a Move from its sample bytes to its two replies, and refuses settings meanwhile', async () => {
    const peer = await connected(robot().port)
    peer.send(moveRequest(4))
    expect(await peer.replies.next()).toEqual(hex('01 00 00 00 04 00 00 00 0d 00 00 00 01'))
    const moving = (await peer.states.next((state) => state[StateAt.robotMode] === 2))!
    expect([...moving.subarray(StateAt.motionGenerator, StateAt.errors)]).toEqual([2, 0])
    peer.send(frame(5, 5, Buffer.from(new Float64Array(7).fill(3000).buffer)))
    expect((await peer.replies.next())?.[12]).toBe(1)
    // The end is asked for on every state until the Move reply is there.
    const finishing = setInterval(() => {
      const newest = peer.states.items.at(-1)
      if (newest !== undefined) peer.sendCommand(command(newest.readBigUInt64LE(0), REST, true))
    }, 0)
    expect(await peer.replies.next()).toEqual(hex('01 00 00 00 04 00 00 00 0d 00 00 00 00'))
    clearInterval(finishing)
    expect((await peer.states.next((state) => state[StateAt.robotMode] === 1))?.[StateAt.motionGenerator]).toBe(0)
  })

  it('answers StopMove and the preempted Move', async () => {
    const peer = await connected(robot().port)
    peer.send(moveRequest(4))
    await peer.replies.next()
    peer.send(frame(2, 5))
    const replies = [await peer.replies.next(), await peer.replies.next()]
    expect(replies).toContainEqual(hex('02 00 00 00 05 00 00 00 0d 00 00 00 00'))
    expect(replies).toContainEqual(hex('01 00 00 00 04 00 00 00 0d 00 00 00 02'))
  })

  it('takes twenty missing commands in a row as a reflex until recovery', async () => {
    const sim = robot()
    const peer = await connected(sim.port)
    peer.send(moveRequest(4))
    await peer.replies.next()
    // The count begins with the first command of the Move.
    const first = setInterval(() => {
      const newest = peer.states.items.at(-1)
      if (newest !== undefined) peer.sendCommand(command(newest.readBigUInt64LE(0), REST))
      if (sim.stats().dropped > 0) clearInterval(first)
    }, 0)
    expect((await peer.replies.next())?.[12]).toBe(6)
    clearInterval(first)
    const reflex = (await peer.states.next((state) => state[StateAt.robotMode] === 4))!
    expect(reflex[StateAt.reflexReason + 25]).toBe(1)
    peer.send(moveRequest(5))
    expect((await peer.replies.next())?.[12]).toBe(3)
    peer.send(frame(12, 6))
    expect(await peer.replies.next()).toEqual(hex('0c 00 00 00 06 00 00 00 0d 00 00 00 00'))
    expect(await peer.states.next((state) => state[StateAt.robotMode] === 1)).toBeDefined()
  })

  it('hangs up on a second client and serves the first on', async () => {
    const sim = robot()
    const first = await connected(sim.port)
    const second = await client(sim.port)
    expect(await second.handshake()).toBeUndefined()
    expect(await first.states.next()).toBeDefined()
    expect(sim.stats().clients).toBe(1)
  })

  it('survives thousands of mutated requests and commands', async () => {
    const sim = robot()
    const valid = [connectRequest(5, 1), moveRequest(1), frame(2, 2), frame(12, 3), frame(10, 4, Buffer.alloc(104))]
    const next = generator(7)
    for (let round = 0; round < 60; round++) {
      const peer = await client(sim.port)
      if (round % 2 === 0) await peer.handshake()
      for (let n = 0; n < 50; n++) peer.send(mutated(valid[next() % valid.length]!, next))
      peer.close()
      open.pop()
    }
    const peer = await connectedWhenFree(sim.port)
    await peer.states.next()
    for (let n = 0; n < 3000; n++) peer.sendCommand(mutated(command(BigInt(n), REST), next))
    const before = sim.stats().states
    await peer.states.next((state) => state.readBigUInt64LE(0) > BigInt(before))
    peer.send(frame(2, 9))
    expect((await peer.replies.next())?.[12]).toBe(1)
  })

  it('refuses what it cannot serve, in words', () => {
    const taken = robot()
    const model = armModel()
    const refused = (options: { port?: number; protocol?: number; fault?: string; host?: string }): string => {
      try {
        new native.SimulatedRobot({ host: '127.0.0.1', port: 0, protocol: 5, model, seed: 1, fault: '', ...options })
        return 'accepted'
      } catch (error) {
        return (error as { code: string }).code
      }
    }
    expect(refused({ port: taken.port })).toBe('sim-port-taken')
    expect(refused({ protocol: 2 })).toBe('sim-protocol')
    expect(refused({ protocol: 10 })).toBe('sim-protocol')
    expect(refused({ fault: 'explode@3' })).toBe('sim-fault')
    expect(refused({ fault: 'reflex' })).toBe('sim-fault')
    expect(refused({ fault: 'reflex@3:4' })).toBe('sim-fault')
    expect(refused({ host: 'no.such.host.invalid' })).toBe('sim-address')
  })
})

/** The robot notices a closed client at its next millisecond. */
async function connectedWhenFree(port: number): Promise<RawClient> {
  for (;;) {
    const peer = await client(port)
    if ((await peer.handshake())?.[12] === 0) return peer
    peer.close()
    open.pop()
  }
}

/** Small deterministic generator of 32-bit numbers. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state >>> 8
  }
}

/** Flips bytes, cuts or extends. */
function mutated(bytes: Buffer, next: () => number): Buffer {
  const out = Buffer.from(bytes)
  for (let flips = next() % 4; flips >= 0; flips--) out[next() % out.length] = next() & 0xff
  const kind = next() % 4
  if (kind === 0) return out.subarray(0, next() % out.length)
  return kind === 1 ? Buffer.concat([out, out]) : out
}
