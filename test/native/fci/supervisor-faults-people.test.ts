import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import { EndCode } from '../../../src/main/platform/native-arm.ts'
import type { NativeStopBox } from '../../../src/main/platform/native-stop-box.ts'
import { CLOSED, CLOSED_AND_RESET, StopBoxDouble } from '../../doubles/stop-box.ts'
import { until } from '../../doubles/until.ts'
import { drive, expectRamp, Rigs, swing } from './supervised-rig.ts'
import type { Rig } from './supervised-rig.ts'

const rigs = new Rigs()
afterEach(() => rigs.close())

const turn = [0, 0, 0, 0, 0, 0, 1]
/** Longest time between two frames of a box before it counts as lost, s; more than the product's, for a busy machine. */
const FRAME_AGE = 0.3

describe('a stop box on a serial port', () => {
  let box: StopBoxDouble
  beforeEach(async () => {
    box = await StopBoxDouble.start()
  })
  afterEach(() => box.stop())

  async function released(needsGrip: boolean, dieAfterMs = 0): Promise<NativeStopBox> {
    const reader = rigs.keep(new native.StopBox({ path: box.path, frameAge: FRAME_AGE, needsGrip, dieAfterMs }))
    const grip = needsGrip ? 4 : 0
    box.inputs(CLOSED + grip)
    await until(() => reader.state().message.includes('press reset') || reader.state().message.includes('Press reset'))
    box.inputs(CLOSED_AND_RESET + grip)
    await until(() => reader.state().released)
    box.inputs(CLOSED + grip)
    return reader
  }

  async function guarded(needsGrip = false): Promise<{ rig: Rig; reader: NativeStopBox }> {
    const reader = await released(needsGrip)
    const rig = await rigs.connected('', { stopBoxAge: FRAME_AGE })
    reader.guard(rig.arm.id)
    rig.arm.arm()
    rig.episode.home()
    rig.episode.begin()
    return { rig, reader }
  }

  it.each([
    ['row 22: pressed', (b: StopBoxDouble) => b.inputs(0), 'stop-box-pressed', 22, false],
    ['row 22: silent', (b: StopBoxDouble) => b.do('silent'), 'stop-box-lost', 22, false],
    ['row 22: three damaged frames', (b: StopBoxDouble) => b.do('noise 3'), 'stop-box-noise', 22, false],
    ['row 22: unplugged', (b: StopBoxDouble) => b.do('unplug'), 'stop-box-lost', 22, false],
    ['row 23: the grip let go', (b: StopBoxDouble) => b.inputs(CLOSED), 'dead-man', 23, true],
  ] as const)('%s stops the arm and latches', async (_what, act, code, row, grip) => {
    const { rig } = await guarded(grip)
    drive(rig.episode, turn, 6)
    act(box)
    expect(drive(rig.episode, turn, 60).end).toBe(EndCode.stopped)
    expect(rig.arm.state().stop).toMatchObject({ code, rule: row, latched: true, stage: 'ramp' })
    await expectRamp(rig)
    expect(() => rig.arm.rearm()).toThrow(expect.objectContaining({ code: 'stop-box-not-ready' }))
  })

  it('row 22: the control cycle stops the arm when the thread that reads the box has died', async () => {
    const rig = await rigs.moving('', { stopBoxAge: FRAME_AGE })
    const reader = await released(false, 4000)
    reader.guard(rig.arm.id)
    expect(swing(rig.episode, 400).end).toBe(EndCode.stopped)
    expect(rig.arm.state().stop).toMatchObject({ code: 'stop-box-lost', rule: 22, latched: true, unit: 'ms', limit: 300 })
    await expectRamp(rig)
  })

  it('row 22: a pressed box that comes into use while the arm moves stops it', async () => {
    const rig = await rigs.moving('', { stopBoxAge: FRAME_AGE })
    drive(rig.episode, turn, 6)
    const reader = rigs.keep(new native.StopBox({ path: box.path, frameAge: FRAME_AGE, needsGrip: false }))
    box.inputs(0)
    reader.guard(rig.arm.id)
    expect(drive(rig.episode, turn, 60).end).toBe(EndCode.stopped)
    expect(rig.arm.state().stop).toMatchObject({ rule: 22, latched: true })
    await expectRamp(rig)
  })

  it('row 22: a box that is taken out of use while the arm moves stops it', async () => {
    const { rig, reader } = await guarded()
    drive(rig.episode, turn, 6)
    reader.close()
    expect(drive(rig.episode, turn, 60).end).toBe(EndCode.stopped)
    expect(rig.arm.state().stop).toMatchObject({ code: 'stop-box-removed', rule: 22, latched: true })
    await expectRamp(rig)
  })
})

describe('the people', () => {
  it('row 25: a window that falls silent stops the arm', async () => {
    const rig = await rigs.moving('', { heartbeatAge: 0.5, heartbeatWarn: 0.2 })
    rig.arm.heartbeat()
    expect(drive(rig.episode, turn, 60).end).toBe(EndCode.stopped)
    expect(rig.arm.state().stop).toMatchObject({ code: 'heartbeat-lost', rule: 25, latched: true, unit: 'ms', limit: 500 })
    expect(rig.arm.state().rules.warned[25]).toBeGreaterThan(0)
    await expectRamp(rig)
  })

  it('row 27: a force at the tool while the arm stands refuses the start', async () => {
    const { arm, robot } = await rigs.connected('force@0')
    arm.arm()
    const { received } = arm.state()
    await until(() => arm.state().received > received + 30)
    expect(() => arm.beginHome()).toThrow(expect.objectContaining({ code: 'tool-force' }))
    expect(() => arm.beginHome()).toThrow(/30\.0 N/)
    expect(robot.stats()).toMatchObject({ moves: 0, reflexes: 0 })
  })

  it('a stop that is pressed while the arm is being armed again stays', async () => {
    const rig = await rigs.moving('')
    drive(rig.episode, turn, 8)
    const flag = new Int32Array(new SharedArrayBuffer(4))
    const addon = new URL('../../../native/build/forager.node', import.meta.url).pathname
    const worker = new Worker(
      `const { workerData: { addon, id, flag } } = require('node:worker_threads')
       const arm = require(addon).attachArm(id)
       Atomics.store(flag, 0, 1)
       while (Atomics.load(flag, 0) !== 3) if (Atomics.load(flag, 0) === 2) arm.stop('operator-stop', 'Pressed again.')`,
      { eval: true, workerData: { addon, id: rig.arm.id, flag } },
    )
    await until(() => Atomics.load(flag, 0) === 1)
    rig.arm.stop('operator-stop', 'Pressed.')
    Atomics.store(flag, 0, 2)
    // Waits for the arm to come to rest; meanwhile the other thread presses.
    expect(() => rig.arm.rearm()).toThrow(expect.objectContaining({ code: 'stopped-again' }))
    Atomics.store(flag, 0, 3)
    await worker.terminate()
    expect(rig.arm.state()).toMatchObject({ armed: false, activity: 'held' })
    expect(() => rig.arm.beginHome()).toThrow(expect.objectContaining({ code: 'operator-stop' }))
    rig.arm.rearm()
    expect(rig.arm.state()).toMatchObject({ armed: true, stop: null })
  })
})
