import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Incident } from '../../../../src/contract/incident.ts'
import { unpackFloat32 } from '../../../../src/contract/packed.ts'
import { armModel } from '../../../../src/main/platform/arm-model.ts'
import { native } from '../../../../src/main/platform/native.ts'
import type { SimulatedRobot } from '../../../../src/main/platform/native-simulated-robot.ts'
import { IncidentStore } from '../../../../src/main/robot/incident/incident-store.ts'
import type { Robot } from '../../../../src/main/robot/robot.ts'
import { until } from '../../../doubles/until.ts'
import { Episode } from '../../../native/arm/episode.ts'
import { robotUnderTest } from '../robot-under-test.ts'

/** The real owner of the arm, the real link and the simulated robot; each test reads the file that came of it. */
describe('incident records', { timeout: 60_000 }, () => {
  let home: string
  let robot: Robot
  let incidents: IncidentStore
  let peer: SimulatedRobot | undefined

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'forager-incident-'))
    ;({ robot, incidents } = robotUnderTest({ home }))
  })
  afterEach(async () => {
    await robot.close()
    await peer?.close()
    await incidents.settled()
    rmSync(home, { recursive: true })
  })

  async function connect(fault: string): Promise<void> {
    peer = new native.SimulatedRobot({ host: '127.0.0.1', port: 0, protocol: 5, model: armModel(), seed: 1, fault })
    await robot.connect({ host: '127.0.0.1', port: peer.port })
  }

  /** Arms, goes home and swings until the fault ends the episode. */
  async function runIntoFault(): Promise<void> {
    robot.heartbeat()
    const hold = robot.takeForRun('A collection run')
    const driver = native.attachArm(hold.driverId)
    if (driver === undefined) throw new Error('the arm is gone')
    driver.releaseHeartbeat()
    const episode = new Episode(driver)
    episode.home()
    episode.begin()
    for (let step = 0; step < 200 && episode.step(new Float32Array(7).fill(0.3)) === 0; step++);
    await until(() => robot.state.current().stop?.latched === true)
  }

  const complete = async (): Promise<Incident> => {
    await until(() => incidents.list.current().length > 0)
    const { id } = incidents.list.current()[0]!
    let found = await incidents.read(id)
    while (!found.head.complete) {
      await until(() => true)
      found = await incidents.read(id)
    }
    return found
  }

  const column = ({ head, signals }: Incident, group: string, name: string): Float32Array => {
    const at = head.columns.findIndex((each) => each.group === group && each.name === name)
    return unpackFloat32(signals).subarray(at * head.samples, (at + 1) * head.samples)
  }

  it('keeps two seconds before and one after a reflex, with cause, limits, versions and every signal', async () => {
    await connect('reflex@50')
    await runIntoFault()
    const first = incidents.list.current().length
    const incident = await complete()
    expect(first).toBeLessThanOrEqual(1)
    const { head, report } = incident
    expect(head).toMatchObject({ cause: { code: 'reflex', latched: true }, user: 'A collection run', complete: true })
    expect(head.errors).toEqual(['cartesian_reflex'])
    expect(head.limits).toEqual(armModel().supervisor)
    expect(head.host.map(([name]) => name)).toEqual(
      expect.arrayContaining(['Forager', 'Runtime', 'Kernel', 'CPU governor', 'Real-time priority']),
    )
    expect(head.load.length).toBeGreaterThan(5)
    const ids = column(incident, 'message id', 'message id')
    const gaps = column(incident, 'message id gap', 'message id gap')
    // Every millisecond of the robot's own clock is there, or was counted as lost.
    for (let i = 1; i < ids.length; i++) expect(ids[i]! - ids[i - 1]! - 1).toBe(gaps[i])
    const time = column(incident, 'time', 'time')
    expect(time[0]).toBeLessThan(-1900)
    expect(time.at(-1)).toBeGreaterThan(900)
    const mode = column(incident, 'robot mode', 'robot mode')
    expect(mode[0]).toBe(2)
    expect(mode.at(-1)).toBe(4)
    // Flag 7, and the first cycle in which it stands is the moment of the stop.
    const reason = column(incident, 'reflex reason', 'flags 0-20')
    const struck = reason.findIndex((bits) => bits === 1 << 7)
    expect(Math.abs(time[struck]!)).toBeLessThan(0.001)
    // The arm really moved before, and the command is the one that the robot shows as desired a cycle later.
    const command = column(incident, 'command', 'J1')
    const desired = column(incident, 'dq_d', 'J1')
    const moving = command.findIndex((value) => Math.abs(value) > 0.05)
    expect(moving).toBeGreaterThanOrEqual(0)
    expect([desired[moving + 1], desired[moving + 2]]).toContain(command[moving])
    expect(report).toContain('cartesian_reflex')
    expect(report).toContain('contactForce: 25')
    expect(report).toContain('A collection run')
  })

  it('writes the seconds before at once, so that the end of the program costs only the second after', async () => {
    await connect('torque@8')
    await runIntoFault()
    await until(() => incidents.list.current().length === 1)
    // What another start of the program would find now.
    const later = new IncidentStore(home)
    await later.scan()
    const { id, code } = later.list.current()[0]!
    expect(code).toBe('contact-torque')
    const early = await later.read(id)
    expect(early.head.samples).toBeGreaterThan(100)
    expect(early.head.cause.joint).toBe(4)
    await robot.close()
    await incidents.settled()
    expect(readdirSync(incidents.folder)).toEqual([`${id}.incident`])
  })

  it('records a link that is lost while nothing moves', async () => {
    await connect('')
    await peer?.close()
    await until(() => robot.state.current().link === 'lost')
    await until(() => incidents.list.current().length === 1)
    expect(incidents.list.current()[0]).toMatchObject({ code: 'link-lost', simulated: false })
  })

  it('reads the ring whole while the control thread writes it', async () => {
    await connect('')
    const { driver } = robot
    if (driver === null) throw new Error('no arm')
    const columns = native.cycleColumns()
    const at = (group: string): number => columns.findIndex((each) => each.group === group)
    // The ring has gone round once: the oldest samples are overwritten while they are read.
    await until(() => driver.state().received > 8400)
    let newest = 0
    for (let read = 0; read < 40; read++) {
      const { samples, values, zeroNs } = driver.recordedCycles(0, 20_000, 0)!
      expect(zeroNs).toBeGreaterThanOrEqual(newest)
      newest = zeroNs
      const ids = values.subarray(at('message id') * samples, (at('message id') + 1) * samples)
      const gaps = values.subarray(at('message id gap') * samples, (at('message id gap') + 1) * samples)
      for (let i = 1; i < samples; i++) if (ids[i]! - ids[i - 1]! - 1 !== gaps[i]) throw new Error(`torn at ${i}`)
      if (read % 10 === 0) await until(() => true)
    }
    expect(newest).toBeGreaterThan(0)
    expect(driver.recordedCycles(0, 20_000, 0)?.samples).toBeGreaterThan(8000)
  })

  it('lists a damaged file with its reason, refuses to open it, and forgets what was never whole', async () => {
    await connect('')
    robot.heartbeat()
    robot.arm()
    robot.stop('the test')
    const { id } = await complete()
    const file = join(incidents.folder, `${id}.incident`)
    const bytes = readFileSync(file)
    bytes[bytes.length - 10]! ^= 1
    writeFileSync(file, bytes)
    await expect(incidents.read(id)).rejects.toMatchObject({ problem: { code: 'incident-damaged' } })
    truncateSync(file, 200)
    writeFileSync(join(incidents.folder, '.x.incident.partial'), 'half')
    const later = new IncidentStore(home)
    await later.scan()
    expect(later.list.current()[0]).toMatchObject({ id, problem: expect.stringContaining('cannot be read') as string })
    expect(readdirSync(incidents.folder)).toEqual([`${id}.incident`])
    await expect(later.read('../station')).rejects.toMatchObject({ problem: { code: 'no-incident' } })
  })
})
