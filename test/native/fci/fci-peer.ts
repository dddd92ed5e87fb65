/**
 * The FCI once more, in TypeScript and from the published tables alone, so that the native codec is checked against
 * something it does not share code with. Both ends: a client for the simulated robot, a robot for the native client.
 */
import { createSocket } from 'node:dgram'
import type { RemoteInfo, Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

export const STATE_BYTES = 2373
export const COMMAND_BYTES = 370

/** Byte offsets in a protocol 5 state packet. */
export const StateAt = {
  messageId: 0,
  toolPose: 8,
  flangeToTool: 264,
  toolMass: 776,
  elbow: 984,
  q: 1184,
  qDesired: 1240,
  dqDesired: 1352,
  baseAcceleration: 1872,
  motionGenerator: 2280,
  controllerMode: 2281,
  errors: 2282,
  reflexReason: 2323,
  robotMode: 2364,
  successRate: 2365,
} as const

export function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex')
}

/** One request or reply: 12 bytes of header, then the payload. */
export function frame(command: number, id: number, payload: Uint8Array = new Uint8Array()): Buffer {
  const bytes = Buffer.alloc(12 + payload.length)
  bytes.writeUInt32LE(command, 0)
  bytes.writeUInt32LE(id, 4)
  bytes.writeUInt32LE(bytes.length, 8)
  bytes.set(payload, 12)
  return bytes
}

export function connectRequest(version: number, udpPort: number): Buffer {
  const payload = Buffer.alloc(4)
  payload.writeUInt16LE(version, 0)
  payload.writeUInt16LE(udpPort, 2)
  return frame(0, 0, payload)
}

/** The sample of a Move: joint impedance, joint velocity, the vendor library's deviations twice. */
const DEVIATIONS = '00 00 00 00 00 00 24 40 f6 28 5c 8f c2 f5 08 40 18 2d 44 54 fb 21 19 40'
export function moveRequest(id: number): Buffer {
  return frame(1, id, hex(`00 00 00 00 01 00 00 00 ${DEVIATIONS} ${DEVIATIONS}`))
}

export function command(messageId: bigint, dq: readonly number[], finished = false): Buffer {
  const bytes = Buffer.alloc(COMMAND_BYTES)
  bytes.writeBigUInt64LE(messageId, 0)
  dq.forEach((value, joint) => bytes.writeDoubleLE(value, 64 + 8 * joint))
  bytes.writeUInt8(finished ? 1 : 0, 313)
  return bytes
}

export function doubles(state: Buffer, offset: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => state.readDoubleLE(offset + 8 * i))
}

/** Collects what a stream or socket delivers, and waits for it. */
class Inbox<T> {
  readonly items: T[] = []
  closed = false
  #waiting: (() => void)[] = []

  push(item: T): void {
    this.items.push(item)
    this.#wake()
  }

  close(): void {
    this.closed = true
    this.#wake()
  }

  /** The first item that fits; undefined when the peer closed or 5 s have passed. */
  async next(fits: (item: T) => boolean = () => true): Promise<T | undefined> {
    const deadline = Date.now() + 5000
    for (;;) {
      const at = this.items.findIndex(fits)
      if (at >= 0) return this.items.splice(0, at + 1).at(-1)
      if (this.closed || Date.now() > deadline) return undefined
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 200)
        this.#waiting.push(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }
}

/** Cuts a TCP stream into frames. A client that calls again fills the same inbox: only `ends` closes it with the stream. */
function readFrames(socket: Socket, inbox: Inbox<Buffer>, ends: boolean): void {
  let rest = Buffer.alloc(0)
  socket.on('data', (data: Buffer) => {
    rest = Buffer.concat([rest, data])
    while (rest.length >= 12 && rest.length >= rest.readUInt32LE(8) && rest.readUInt32LE(8) >= 12) {
      const size = rest.readUInt32LE(8)
      inbox.push(rest.subarray(0, size))
      rest = rest.subarray(size)
    }
  })
  socket.on('error', () => undefined)
  if (ends) socket.on('close', () => inbox.close())
}

async function boundUdp(): Promise<UdpSocket> {
  const udp = createSocket('udp4')
  udp.on('error', () => undefined)
  await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve))
  return udp
}

/** A client with no opinions: it sends the bytes it is told to. */
export class RawClient {
  readonly replies = new Inbox<Buffer>()
  readonly states = new Inbox<Buffer>()
  robotUdpPort = 0
  readonly #tcp: Socket
  readonly #udp: UdpSocket

  constructor(tcp: Socket, udp: UdpSocket) {
    this.#tcp = tcp
    this.#udp = udp
    readFrames(tcp, this.replies, true)
    udp.on('message', (state: Buffer, from: RemoteInfo) => {
      this.robotUdpPort = from.port
      this.states.push(state)
    })
  }

  static async open(port: number): Promise<RawClient> {
    const tcp = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(tcp, 'connect')
    return new RawClient(tcp, await boundUdp())
  }

  get udpPort(): number {
    return this.#udp.address().port
  }

  send(bytes: Uint8Array): void {
    this.#tcp.write(bytes)
  }

  sendCommand(bytes: Uint8Array): void {
    this.#udp.send(bytes, this.robotUdpPort, '127.0.0.1')
  }

  async handshake(version = 5): Promise<Buffer | undefined> {
    this.send(connectRequest(version, this.udpPort))
    return await this.replies.next()
  }

  close(): void {
    this.#tcp.destroy()
    this.#udp.close()
  }
}

/** A robot that stands at `q` and says what the test wants; it runs no clock but the test's. */
export class RawRobot {
  readonly requests = new Inbox<Buffer>()
  readonly commands = new Inbox<Buffer>()
  readonly state = Buffer.alloc(STATE_BYTES)
  connections = 0
  clientUdpPort = 0
  readonly #server: Server
  readonly #udp: UdpSocket
  #client: Socket | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(server: Server, udp: UdpSocket) {
    this.#server = server
    this.#udp = udp
    udp.on('message', (bytes: Buffer) => this.commands.push(bytes))
    server.on('connection', (client) => {
      this.connections++
      this.#client = client
      readFrames(client, this.requests, false)
    })
    this.state.writeUInt8(1, StateAt.robotMode)
    this.state.writeUInt8(3, StateAt.controllerMode)
  }

  static async listen(q: readonly number[]): Promise<RawRobot> {
    const server = createServer({ noDelay: true })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const robot = new RawRobot(server, await boundUdp())
    q.forEach((value, joint) => {
      robot.state.writeDoubleLE(value, StateAt.q + 8 * joint)
      robot.state.writeDoubleLE(value, StateAt.qDesired + 8 * joint)
    })
    return robot
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  reply(bytes: Uint8Array): void {
    this.#client?.write(bytes)
  }

  /** Answers the Connect request and streams states about every millisecond, as the robot does from then on. */
  async accept(): Promise<Buffer> {
    const request = await this.requests.next()
    if (request === undefined) throw new Error('no Connect request came')
    this.clientUdpPort = request.readUInt16LE(14)
    this.reply(hex('00 00 00 00 00 00 00 00 0f 00 00 00 00 05 00'))
    this.#timer = setInterval(() => this.sendState(), 1)
    return request
  }

  sendState(): void {
    this.state.writeBigUInt64LE(this.state.readBigUInt64LE(0) + 1n, 0)
    this.sendPacket(this.state)
  }

  sendPacket(bytes: Uint8Array): void {
    this.#udp.send(bytes, this.clientUdpPort, '127.0.0.1')
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#client?.destroy()
    this.#udp.close()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
