import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { appRoot } from '../../../src/main/platform/app-root.ts'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import type { SimulatedRobot } from '../../../src/main/platform/native.ts'
import { until } from '../../doubles/until.ts'
import { Mode, RobotRecord } from '../../native/fci/robot-record.ts'
import { progress, startCli } from '../cli/run-cli.ts'
import { collectingStation } from './collecting-station.ts'
import type { CollectingStation } from './collecting-station.ts'

/** From any speed up to the clip to rest by our ramp; by the robot's own brake after 20 missed commands; ms. */
const RAMP = 140
const ROBOT_ALONE = 20 + 75
/** A signal on its way into JavaScript and to the stop, ms of the robot. */
const HEARD = 250

/**
 * Every way in which a program that moves the arm can end, judged by what the robot recorded: it was brought to rest by
 * our ramp, within all limits and without a reflex. Only a program that is killed outright leaves that to the robot.
 */
describe('ways out of a program that moves the arm', () => {
  let robot: SimulatedRobot
  let folder: string
  const children: ChildProcess[] = []

  beforeEach(() => {
    const model = armModel()
    const options = { host: '127.0.0.1', port: 0, protocol: 5, model, seed: 1, fault: '', record: 120_000 }
    robot = new native.SimulatedRobot(options)
    folder = mkdtempSync(join(tmpdir(), 'forager-ways-out-'))
  })
  afterEach(async () => {
    for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
    await robot.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const record = (): RobotRecord => new RobotRecord(robot.record())
  const newest = (): RobotRecord => new RobotRecord(robot.record(1))
  const now = (): number => Number(process.hrtime.bigint())

  async function rested(): Promise<RobotRecord> {
    await until(() => newest().rests() && newest().mode(0) !== Mode.move)
    return record()
  }

  async function untilFast(): Promise<void> {
    await until(() => newest().length > 0 && newest().speed(0) > 0.2)
  }

  async function expectOwnRamp(since: number): Promise<void> {
    const told = await rested()
    expect(robot.stats()).toMatchObject({ reflexes: 0, stops: 0 })
    expect(told.brokenLimits()).toEqual([])
    expect(told.firstWith(Mode.reflex)).toBe(-1)
    expect(told.standstillAfter(since)).toBeLessThanOrEqual(HEARD + RAMP)
  }

  const collect = () => {
    const run = startCli(
      'collect',
      ...['--world', 'panda-fci', '--robot', `127.0.0.1:${robot.port}`, '--explorer', 'random', '--seed', '3'],
      ...['--transitions', '100000', '--dataset', join(folder, 'a.forager'), '--json'],
    )
    children.push(run.child)
    return run
  }

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('a run at the terminal, on %s', async (signal) => {
    const run = collect()
    await progress(run, 20)
    await untilFast()
    const since = now()
    run.child.kill(signal)
    await run.done
    await expectOwnRamp(since)
  })

  it('a run at the terminal, on Ctrl+C twice', async () => {
    const run = collect()
    await progress(run, 20)
    await untilFast()
    const since = now()
    run.child.kill('SIGINT')
    await new Promise((resolve) => setTimeout(resolve, 20))
    run.child.kill('SIGINT')
    await run.done
    await expectOwnRamp(since)
  })

  it('a run at the terminal that is killed: the robot stops by its own rule', async () => {
    const run = collect()
    await progress(run, 20)
    await untilFast()
    const since = now()
    run.child.kill('SIGKILL')
    await run.done
    const told = await rested()
    expect(robot.stats().reflexes).toBe(1)
    expect(told.firstWith(Mode.reflex)).toBeGreaterThan(0)
    expect(told.standstillAfter(since)).toBeLessThanOrEqual(HEARD + ROBOT_ALONE)
  })

  it.each(['throw', 'reject', 'exit', 'unload'])('a program that ends by %s', async (how) => {
    const script = join(appRoot, 'test/doubles/moving-program.ts')
    const child = spawn(process.execPath, [script, String(robot.port), how], { stdio: ['pipe', 'pipe', 'ignore'] })
    children.push(child)
    await once(createInterface({ input: child.stdout }), 'line')
    const exited = once(child, 'exit')
    const since = now()
    child.stdin.write('now\n')
    await exited
    await expectOwnRamp(since)
  })

  async function served(): Promise<CollectingStation> {
    const station = await collectingStation(folder, robot.port)
    children.push(station.child)
    await untilFast()
    return station
  }

  it.each(['SIGTERM', 'SIGINT'] as const)('the station, on %s', async (signal) => {
    const { child, window } = await served()
    const since = now()
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
    await expectOwnRamp(since)
    await window.close()
  })

  it('the station, when its only window is closed: silence of the window stops the arm', async () => {
    const { child, window } = await served()
    await window.close()
    const since = now()
    const told = await rested()
    expect(robot.stats()).toMatchObject({ reflexes: 0, stops: 0 })
    expect(told.brokenLimits()).toEqual([])
    expect(told.standstillAfter(since)).toBeLessThanOrEqual(1500 + HEARD + RAMP)
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await exited
  })
})
