import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { problemOf } from '../../../src/contract/problem.ts'
import type { Problem } from '../../../src/contract/problem.ts'
import { robotAddressSchema } from '../../../src/contract/robot.ts'
import type { PreflightItem } from '../../../src/contract/robot.ts'
import { armLimits, armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import type { SimulatedRobot } from '../../../src/main/platform/native-simulated-robot.ts'
import { connectProblem } from '../../../src/main/robot/connect-problem.ts'
import type { HostFacts } from '../../../src/main/robot/preflight/host-facts.ts'
import { preflight } from '../../../src/main/robot/preflight/preflight.ts'
import { restForce } from '../../../src/main/robot/preflight/rest-force.ts'
import { robotTroubles } from '../../../src/main/robot/robot-troubles.ts'
import type { Robot } from '../../../src/main/robot/robot.ts'
import { until } from '../../doubles/until.ts'
import { Episode } from '../../native/arm/episode.ts'
import { hex, RawRobot, StateAt } from '../../native/fci/fci-peer.ts'
import { robotUnderTest } from './robot-under-test.ts'
import { goodHost } from '../../doubles/good-host.ts'

/** `number title` of an entry, so that a test says which trouble of the list it provokes. */
function trouble(number: number): string {
  const found = robotTroubles.find((each) => each.number === number)
  if (found === undefined) throw new Error(`no trouble ${number}`)
  return `${number} ${found.title}`
}

/** Troubles that people report, provoked on the simulated robot, and what the station says to each. */
describe('troubles of the robot', { timeout: 60_000 }, () => {
  let home: string
  let robot: Robot
  const open: { close(): unknown }[] = []

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'forager-trouble-'))
    const made = robotUnderTest({ home })
    robot = made.robot
    open.push({
      close: async () => {
        await robot.close()
        await made.incidents.settled()
      },
    })
  })
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close()
    rmSync(home, { recursive: true })
  })

  function simulated(fault: string): SimulatedRobot {
    const peer = new native.SimulatedRobot({
      host: '127.0.0.1',
      port: 0,
      protocol: 5,
      model: armModel(),
      seed: 1,
      fault,
    })
    open.push(peer)
    return peer
  }

  const connectTo = (port: number): Promise<void> => robot.connect({ host: '127.0.0.1', port })

  async function refusalOf(attempt: () => unknown): Promise<Problem> {
    try {
      await attempt()
    } catch (error) {
      return problemOf(error)
    }
    throw new Error('it was not refused')
  }

  /** The line of the checklist as a station would show it now. */
  function line(name: string, host: Partial<HostFacts> = {}): PreflightItem {
    const { driver } = robot
    const items = preflight({
      state: robot.state.current(),
      limits: armLimits(),
      supervisor: armModel().supervisor,
      host: { ...goodHost, ...host },
      linkTest: null,
      restForce: driver === null ? null : restForce(driver),
      freeBytes: 50e9,
    })
    return items.find((item) => item.name === name)!
  }

  /** A robot that stands in that mode and answers as one, its brakes and buttons in the test's hands. */
  async function standingIn(mode: number): Promise<void> {
    const peer = await RawRobot.listen(armModel().home)
    open.push(peer)
    peer.state.writeUInt8(mode, StateAt.robotMode)
    await Promise.all([connectTo(peer.port), peer.accept()])
    await until(() => robot.state.current().link === 'connected')
  }

  async function arm(): Promise<void> {
    robot.heartbeat()
    await until(() => robot.state.current().link === 'connected')
    robot.arm()
  }

  function startEpisode(): Episode {
    robot.heartbeat()
    const { driverId } = robot.takeForRun('A collection run')
    const driver = native.attachArm(driverId)
    if (driver === undefined) throw new Error('the arm is gone')
    driver.releaseHeartbeat()
    const episode = new Episode(driver)
    episode.home()
    episode.begin()
    return episode
  }

  /** Runs until the fault of that robot stops the arm, and returns what the stop dialog shows. */
  async function stopOf(fault: string): Promise<{ code: string; title: string; message: string; tip: string }> {
    await connectTo(simulated(fault).port)
    const episode = startEpisode()
    for (let step = 0; step < 120 && episode.step(new Float32Array(7).fill(0.2)) === 0; step++);
    await until(() => robot.state.current().stop?.latched === true)
    return robot.state.current().stop!
  }

  describe('connecting', () => {
    it(trouble(1), async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await until(() => server.listening)
      const { port } = server.address() as AddressInfo
      await new Promise((resolve) => server.close(resolve))
      const problem = await refusalOf(() => connectTo(port))
      expect(problem.code).toBe('robot-refused')
      expect(problem.tip).toMatch(/brakes.*FCI.*window open/)
    })

    it(trouble(2), async () => {
      await connectTo(simulated('').port)
      await until(() => robot.state.current().gripper?.link === 'absent')
      expect(robot.state.current().link).toBe('connected')
      expect(robot.gripper.state().message).not.toBe('')
      // The arm does not need the Hand.
      await arm()
      expect(robot.state.current().armed).toBe(true)
    })

    it(trouble(3), () => {
      const own = [{ name: 'eno2', address: '10.0.0.5', netmask: '255.255.255.0', internal: false }]
      const silent = { code: 'robot-unreachable', message: 'no answer', tip: '' }
      const outside = connectProblem(silent, { host: '172.16.0.2', port: 1337 }, own).problem
      expect(outside.tip).toContain('LAN port of the Control unit')
      expect(outside.tip).toContain('10.0.0.5 on eno2')
      const inside = connectProblem(silent, { host: '10.0.0.2', port: 1337 }, own).problem
      expect(inside.tip).toContain("(10.0.0.5 on eno2) is in the robot's network")
    })

    it(`${trouble(3)}: nobody answers`, async () => {
      // 192.0.2.0/24 is reserved for documentation: nothing is there on any network.
      const problem = await refusalOf(() => robot.connect({ host: '192.0.2.1', port: 1337 }))
      expect(['robot-unreachable', 'robot-refused']).toContain(problem.code)
      expect(robot.state.current().link).toBe('disconnected')
    })

    it(trouble(4), async () => {
      for (const host of ['robot-ip', '<fci-ip>', 'hostname', '172.16.0.300', '172.16.2'])
        expect(robotAddressSchema.safeParse({ host }).success, host).toBe(false)
      expect(robotAddressSchema.parse({ host: '172.16.0.2' }).port).toBe(1337)
      const problem = await refusalOf(() => robot.connect({ host: 'no.such.host.invalid', port: 1337 }))
      expect(problem.code).toBe('robot-address')
    })

    it(trouble(5), async () => {
      const peer = await RawRobot.listen(armModel().home)
      open.push(peer)
      const refused = refusalOf(() => connectTo(peer.port))
      const request = await peer.requests.next()
      peer.reply(hex('00 00 00 00 00 00 00 00 0f 00 00 00 00 05 00'))
      const problem = await refused
      expect(problem.code).toBe('robot-silent')
      expect(problem.message).toContain(`UDP port ${request?.readUInt16LE(14)}`)
      expect(problem.tip).toContain('127.0.0.1')
      expect(problem.tip).toMatch(/iptables|netsh|System Settings/)
      expect(problem.tip).toContain('another program controls the arm')
    })

    it(trouble(6), async () => {
      await connectTo(simulated('gap@4:15').port)
      const episode = startEpisode()
      for (let step = 0; step < 30; step++) episode.step(new Float32Array(7).fill(0.1))
      episode.arm.endEpisode()
      await until(() => robot.state.current().packets.received10s > 1000)
      const { lost10s } = robot.state.current().packets
      expect(lost10s).toBeGreaterThanOrEqual(15)
      expect(line('Link').value).toContain(`${lost10s} of`)
    })

    it(trouble(7), async () => {
      const problem = await refusalOf(() => connectTo(simulated('version').port))
      expect(problem.code).toBe('robot-version')
      expect(problem.message).toMatch(/speaks protocol \d+/)
    })

    it(trouble(9), async () => {
      const peer = simulated('')
      await connectTo(peer.port)
      const second = robotUnderTest({ home: mkdtempSync(join(home, 'second-')) })
      const problem = await refusalOf(() => second.robot.connect({ host: '127.0.0.1', port: peer.port }))
      expect(problem.tip).toMatch(/other programs|another program/i)
      expect(robot.state.current().link).toBe('connected')
      await second.robot.close()
    })
  })

  describe('a robot that is not ready', () => {
    it.each([
      [14, 0, 'Brakes', 'robot-not-ready', /Open the brakes in Desk/],
      [20, 3, 'Control', 'robot-guiding', /guid/],
    ] as const)('%i: mode %i is seen in line %s, and arming is refused', async (number, mode, name, code, words) => {
      expect(trouble(number)).toBeTruthy()
      await standingIn(mode)
      await until(() => line(name).state === 'bad')
      expect(line(name).tip).toMatch(words)
      const problem = await refusalOf(arm)
      expect(problem.code).toBe(code)
      expect(problem.tip).toMatch(words)
    })

    it(trouble(15), async () => {
      const stop = await stopOf('user-stop@6')
      expect(stop).toMatchObject({ code: 'user-stop' })
      await until(() => robot.state.current().mode !== 'user-stopped')
      // Released: nothing starts, and nobody may find the arm armed.
      expect(robot.state.current()).toMatchObject({ armed: false, activity: 'held' })
    })

    it(trouble(18), async () => {
      const peer = simulated('user-stop@6')
      await connectTo(peer.port)
      const episode = startEpisode()
      for (let step = 0; step < 60 && episode.step(new Float32Array(7).fill(0.2)) === 0; step++);
      await until(() => robot.state.current().stop?.code === 'user-stop' && robot.state.current().mode === 'idle')
      expect(robot.state.current().errors).toEqual([])
      robot.heartbeat()
      robot.rearm()
      const moves = peer.stats().moves
      episode.arm.releaseHeartbeat()
      episode.home()
      expect(peer.stats().moves).toBeGreaterThan(moves)
    })

    it(trouble(16), async () => {
      const stop = await stopOf('reflex@6')
      expect(stop.title).toContain('felt a collision')
      const problem = await refusalOf(() => robot.takeForRun('Another run'))
      expect(problem.code).toBe('robot-busy')
      expect(line('Brakes')).toMatchObject({ state: 'bad', word: 'Reflex' })
    })

    it(trouble(23), async () => {
      await connectTo(simulated('force@0').port)
      await until(() => line('Tool weight').state === 'bad')
      expect(line('Tool weight').value).toMatch(/feels \d+\.\d N/)
      expect(line('Tool weight').tip).toMatch(/0\.73 kg set/)
      await arm()
      expect((await refusalOf(() => robot.moveHome())).code).toBe('tool-force')
    })
  })

  describe('this computer', () => {
    const lacks: [number, string, Partial<HostFacts>, RegExp][] = [
      [13, 'Computer', { inside: 'Docker' }, /--network host --ulimit rtprio/],
      [13, 'Computer', { inside: 'WSL' }, /Linux itself/],
      [26, 'Kernel', { realTimeKernel: false }, /real-time kernel/],
      [28, 'Kernel', { realTimeKernel: false, kernel: '6.8.0-generic' }, /boot entry/],
      [27, 'Scheduling', { realTimePriority: 0 }, /rtprio 99.*memlock unlimited.*limits\.conf/],
      [27, 'Scheduling', { lockedMemory: 8192 }, /memlock unlimited/],
      [33, 'CPU governor', { governors: ['powersave'] }, /frequency-set -g performance/],
      [33, 'CPU governor', { onMains: false }, /Plug the computer in/],
    ]
    it.each(lacks)('%i: line %s warns of %o', (number, name, host, words) => {
      expect(trouble(number)).toBeTruthy()
      expect(line(name, host)).toMatchObject({ state: 'warn', tip: expect.stringMatching(words) as string })
      expect(line(name).state).toBe('ok')
    })

    it(trouble(31), async () => {
      const stop = await stopOf('drop@6:25')
      expect(stop.message).toContain('communication_constraints_violation')
      expect(stop.tip).toMatch(/direct cable/)
    })

    it(trouble(32), async () => {
      const stop = await stopOf('loss@6')
      expect(stop.code).toBe('success-rate')
      expect(stop.message).toMatch(/\d\d %/)
    })
  })

  describe('commands and long runs', () => {
    it(trouble(41), async () => {
      const peer = simulated('')
      await connectTo(peer.port)
      const episode = startEpisode()
      for (let step = 0; step < 10; step++) episode.step(new Float32Array(7).fill(0.4))
      await robot.close()
      expect(peer.stats().reflexes).toBe(0)
    })

    it.each([
      [42, 'speed@6', 'joint-speed'],
      [46, 'torque@6', 'contact-torque'],
      [46, 'force@6', 'contact-force'],
    ] as const)('%i: fault %s is stopped by our own limit before the robot trips', async (number, fault, code) => {
      expect(trouble(number)).toBeTruthy()
      const stop = await stopOf(fault)
      expect(stop.code).toBe(code)
      expect(stop.message).toMatch(/\d/)
      expect(robot.state.current().mode).not.toBe('reflex')
    })

    it(trouble(47), async () => {
      const peer = simulated('reflex@6')
      await connectTo(peer.port)
      const episode = startEpisode()
      for (let step = 0; step < 60 && episode.step(new Float32Array(7).fill(0.2)) === 0; step++);
      await until(() => robot.state.current().mode === 'reflex')
      const { moves } = peer.stats()
      const recovering = refusalOf(() => robot.recover())
      // A run holds the arm: it has to be ended first.
      expect((await recovering).code).toBe('robot-busy')
      expect(peer.stats().moves).toBe(moves)
    })

    it(`${trouble(47)}: recovered, the arm stays where it is`, async () => {
      const peer = simulated('reflex@0')
      await connectTo(peer.port)
      await until(() => robot.state.current().mode === 'reflex')
      expect((await refusalOf(arm)).code).toBe('robot-reflex')
      await robot.recover()
      expect(robot.state.current()).toMatchObject({ mode: 'idle', armed: false, activity: 'none' })
      expect(peer.stats().moves).toBe(0)
    })
  })

  it('every entry has its words, and every error flag of the robot as well', () => {
    for (const { title, cause, remedy } of robotTroubles)
      expect(
        [title, cause, remedy].every((text) => text.length > 5),
        title,
      ).toBe(true)
    expect(new Set(robotTroubles.map(({ number }) => number)).size).toBe(robotTroubles.length)
    const flags = native.errorFlags()
    expect(flags.length).toBe(41)
    expect(new Set(flags.map(({ name }) => name)).size).toBe(41)
    for (const flag of flags) {
      expect(
        [flag.title, flag.message, flag.cause, flag.tip].every((text) => text.length > 5),
        flag.name,
      ).toBe(true)
      expect(['at-once', 'look', 'by-hand', 'support']).toContain(flag.recovery)
    }
    const byHand = flags.filter(({ recovery }) => recovery === 'by-hand').map(({ name }) => name)
    expect(byHand).toContain('joint_position_limits_violation')
    expect(flags.find(({ name }) => name === 'cartesian_reflex')?.recovery).toBe('look')
    expect(flags[12]?.robots).toBe('Panda')
    expect(flags.slice(37).every(({ robots }) => robots.includes('4.2.1'))).toBe(true)
  })
})
