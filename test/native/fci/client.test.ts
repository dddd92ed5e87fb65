import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import { EndCode } from '../../../src/main/platform/native-arm.ts'
import type { ArmDriver } from '../../../src/main/platform/native-arm.ts'
import type { SimulatedRobot } from '../../../src/main/platform/native-simulated-robot.ts'
import { readHostFacts } from '../../../src/main/robot/preflight/host-facts.ts'
import { until } from '../../doubles/until.ts'
import { Episode } from '../arm/episode.ts'

const open: { close(): unknown }[] = []

/** Simulated time waits for a client that other programs keep from its core. */
const SERVED = { host: '127.0.0.1', port: 0, seed: 1, patienceMs: 2000 }

/**
 * `stateAgeLost` (s) is ten times the product's own unless a test is about it, and this policy may think for long:
 * other programs share the machine.
 */
async function pair(fault = '', stateAgeLost = 0.2, protocol = 5): Promise<{ arm: ArmDriver; robot: SimulatedRobot; episode: Episode }> {
  const own = armModel()
  const model = { ...own, supervisor: { ...own.supervisor, stateAgeLost, controlAge: stateAgeLost / 2, policyAgeStop: 30 } }
  const robot = new native.SimulatedRobot({ ...SERVED, protocol, model, fault })
  open.push(robot)
  const arm = await native.connectArm({ host: '127.0.0.1', port: robot.port, model, timeoutMs: 2000 })
  open.push(arm)
  return { arm, robot, episode: new Episode(arm) }
}

/** Swings all joints; returns the end code and the number of steps taken. */
function swing(episode: Episode, steps: number): { end: number; taken: number } {
  const action = new Float32Array(7)
  for (let step = 0; step < steps; step++) {
    for (let joint = 0; joint < 7; joint++) action[joint] = Math.sin(step / 8 + joint)
    const end = episode.step(action)
    if (end !== EndCode.none) return { end, taken: step + 1 }
  }
  return { end: EndCode.none, taken: steps }
}

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

describe('arm over FCI', () => {
  it('goes home, runs an episode over the wire and ends it without a reflex', async () => {
    const { arm, robot, episode } = await pair()
    expect(arm.realTime).toBe(true)
    expect(arm.state()).toMatchObject({ connected: true, protocol: 5, mode: 1, activity: 'none', armed: false })
    // Asked for at priority 80; what the host allows is what is said to be granted.
    expect(arm.state().realTimeScheduling).toBe((readHostFacts().realTimePriority ?? 0) >= 80)
    arm.arm()
    episode.home()
    episode.begin()
    const start = Float32Array.from(episode.observation)
    expect(swing(episode, 60)).toEqual({ end: EndCode.none, taken: 60 })
    const moved = start.map((q, i) => Math.abs(q - episode.observation[i]!))
    expect(Math.max(...moved.subarray(0, 7))).toBeGreaterThan(0.05)
    arm.endEpisode()
    const state = arm.state()
    expect(state).toMatchObject({ stop: null, steps: 60 })
    expect(Math.max(...state.dq.map(Math.abs))).toBeLessThan(0.01)
    expect(state.roundTripMeanMs).toBeGreaterThan(0)
    expect(state.received).toBeGreaterThan(3000)
    // The Moves ended as finished: nothing is left to recover, the next episode starts.
    await until(() => arm.state().mode === 1)
    episode.home()
    episode.begin()
    expect(swing(episode, 5).end).toBe(EndCode.none)
    arm.endEpisode()
    expect(robot.stats()).toMatchObject({ clients: 1, reflexes: 0, moves: 4 })
  })

  it.each([3, 4])('calls an older Panda again in its own protocol %i', async (protocol) => {
    const { arm, episode, robot } = await pair('', undefined, protocol)
    expect(arm.state()).toMatchObject({ connected: true, protocol, mode: 1 })
    arm.arm()
    episode.home()
    episode.begin()
    expect(swing(episode, 10).end).toBe(EndCode.none)
    arm.endEpisode()
    expect(arm.state().stop).toBeNull()
    expect(robot.stats()).toMatchObject({ clients: 2, reflexes: 0 })
  })

  it('refuses motion before a person has armed it', async () => {
    const { arm, episode, robot } = await pair()
    expect(() => episode.home()).toThrow(expect.objectContaining({ code: 'arm-not-armed' }))
    expect(() => episode.begin()).toThrow(expect.objectContaining({ code: 'arm-not-armed' }))
    expect(robot.stats().moves).toBe(0)
    expect(arm.state().activity).toBe('none')
  })

  it('stops on request, stays latched, and goes on after a person re-arms', async () => {
    const { arm, robot, episode } = await pair()
    arm.arm()
    episode.home()
    episode.begin()
    swing(episode, 20)
    arm.stop('operator-stop', 'STOP was pressed.')
    expect(swing(episode, 10).end).toBe(EndCode.stopped)
    arm.endEpisode()
    expect(arm.state().stop).toMatchObject({ code: 'operator-stop', latched: true })
    expect(() => arm.arm()).toThrow(expect.objectContaining({ code: 'operator-stop' }))
    expect(() => episode.home()).toThrow(expect.objectContaining({ code: 'operator-stop' }))
    arm.rearm()
    episode.home()
    episode.begin()
    swing(episode, 5)
    arm.endEpisode()
    expect(arm.state().stop).toBeNull()
    expect(robot.stats().reflexes).toBe(0)
  })

  it('latches a reflex with its flag in plain words, recovers with the re-arm', async () => {
    const { arm, robot, episode } = await pair('reflex@10')
    arm.arm()
    episode.home()
    episode.begin()
    expect(swing(episode, 40).end).toBe(EndCode.reflex)
    arm.endEpisode()
    const { stop, mode } = arm.state()
    expect(mode).toBe(4)
    expect(stop).toMatchObject({ code: 'reflex', latched: true })
    // Recover cannot be pressed while the stop is latched: re-arming recovers as well.
    expect(stop?.tip).toMatch(/then re-arm\.$/)
    expect(stop?.message).toContain('cartesian_reflex')
    arm.rearm()
    expect(arm.state().activity).toBe('recovering')
    // Motion waits for the recovery by itself.
    episode.home()
    episode.begin()
    expect(swing(episode, 5).end).toBe(EndCode.none)
    arm.endEpisode()
    expect(robot.stats().reflexes).toBe(1)
  })

  it('recovers as a step of its own', async () => {
    const { arm, episode } = await pair('reflex@4')
    arm.arm()
    episode.home()
    episode.begin()
    swing(episode, 40)
    await expect(arm.recover()).resolves.toBeUndefined()
    await until(() => arm.state().mode === 1)
    expect(arm.state().stop?.code).toBe('reflex')
  })

  it('latches the user stop, refuses to re-arm while it is pressed', async () => {
    const { arm, episode } = await pair('user-stop@6')
    arm.arm()
    episode.home()
    episode.begin()
    expect(swing(episode, 40).end).toBe(EndCode.stopped)
    expect(arm.state().stop).toMatchObject({ code: 'user-stop', latched: true })
    expect(() => arm.rearm()).toThrow(expect.objectContaining({ code: 'robot-user-stop' }))
    await until(() => arm.state().mode !== 5)
    arm.rearm()
    episode.home()
    episode.begin()
    expect(swing(episode, 5).end).toBe(EndCode.none)
    arm.endEpisode()
  })

  it.each(['silence@6', 'close@6'])('notices %s, latches it and never hangs', async (fault) => {
    const { arm, episode } = await pair(fault, armModel().supervisor.stateAgeLost)
    arm.arm()
    episode.home()
    episode.begin()
    expect(swing(episode, 40).end).toBe(EndCode.stopped)
    arm.endEpisode()
    expect(arm.state().stop).toMatchObject({ code: 'link-lost', latched: true })
    await sleep(100)
    expect(arm.state().connected).toBe(false)
    expect(() => arm.rearm()).toThrow(expect.objectContaining({ code: 'robot-lost' }))
    await expect(arm.recover()).rejects.toMatchObject({ code: 'robot-lost' })
  })

  it('rides through ten lost commands', async () => {
    const { arm, episode, robot } = await pair('drop@10:10')
    arm.arm()
    episode.home()
    episode.begin()
    expect(swing(episode, 30).end).toBe(EndCode.none)
    arm.endEpisode()
    expect(robot.stats().dropped).toBeGreaterThanOrEqual(10)
    expect(robot.stats().reflexes).toBe(0)
  })

  it('takes thirty lost commands as the reflex they are', async () => {
    const { arm, episode } = await pair('drop@10:30')
    arm.arm()
    episode.home()
    episode.begin()
    expect(swing(episode, 40).end).toBe(EndCode.reflex)
    expect(arm.state().stop?.message).toContain('communication_constraints_violation')
  })

  it('says that a Move was refused, and goes on after a re-arm', async () => {
    const { arm, episode } = await pair('refuse-move@0')
    arm.arm()
    expect(() => episode.home()).toThrow(expect.objectContaining({ code: 'move-refused' }))
    expect(arm.state().stop).toMatchObject({ code: 'move-refused', latched: true })
    arm.rearm()
    episode.home()
    expect(arm.state().stop).toBeNull()
  })

  it('brings the arm to rest when it is closed in an episode', async () => {
    const { arm, robot, episode } = await pair()
    arm.arm()
    episode.home()
    episode.begin()
    swing(episode, 10)
    await arm.close()
    expect(arm.state().connected).toBe(false)
    const again = await native.connectArm({ host: '127.0.0.1', port: robot.port, model: armModel(), timeoutMs: 2000 })
    open.push(again)
    expect(again.state()).toMatchObject({ connected: true, mode: 1 })
    expect(robot.stats()).toMatchObject({ clients: 2, reflexes: 0 })
  })

  it('closes while another thread of calls waits for an answer', async () => {
    const { arm, robot } = await pair()
    await robot.close()
    const recovering = arm.recover().catch((error: unknown) => error)
    await arm.close()
    await arm.close()
    expect(await recovering).toMatchObject({ code: expect.any(String) as string })
  })
})
