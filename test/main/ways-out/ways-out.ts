import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { appRoot } from '../../../src/main/platform/app-root.ts'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import { until } from '../../doubles/until.ts'
import { Mode, RobotRecord } from '../../native/fci/robot-record.ts'
import { progress, startCli } from '../verbs/run-cli.ts'
import type { RunningCli } from '../verbs/run-cli.ts'
import { collectingStation } from './collecting-station.ts'
import type { CollectingStation } from './collecting-station.ts'

/** From any speed up to the clip to rest by our ramp; by the robot's own brake after 20 missed commands; ms. */
const RAMP = 140
const ROBOT_ALONE = 20 + 75
/** A signal on its way into JavaScript and to the stop, ms of the robot. */
const HEARD = 250
/** Silence of the window that stops the arm, ms. */
const HEARTBEAT = 1500

const now = (): number => Number(process.hrtime.bigint())

/** A robot in this process, and a program in its own that moves it. */
class Stage {
  readonly #folder = mkdtempSync(join(tmpdir(), 'forager-ways-out-'))
  readonly #children: ChildProcess[] = []
  readonly #robot = new native.SimulatedRobot({
    host: '127.0.0.1',
    port: 0,
    protocol: 5,
    model: armModel(),
    seed: 1,
    fault: '',
    record: 120_000,
  })

  async close(): Promise<void> {
    for (const child of this.#children) if (child.exitCode === null) child.kill('SIGKILL')
    await this.#robot.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async collect(): Promise<RunningCli> {
    const robot = ['--world', 'panda-fci', '--robot', `127.0.0.1:${this.#robot.port}`]
    const words = ['--explorer', 'random', '--seed', '3', '--transitions', '100000', '--json']
    const run = startCli('collect', ...robot, ...words, '--dataset', join(this.#folder, 'a.forager'))
    this.#children.push(run.child)
    await progress(run, 20)
    await this.#untilFast()
    return run
  }

  async station(): Promise<CollectingStation> {
    const station = await collectingStation(this.#folder, this.#robot.port)
    this.#children.push(station.child)
    await this.#untilFast()
    return station
  }

  /** A program with a defect, or one that ends by itself; see moving-program.ts. */
  async program(how: string): Promise<ChildProcess> {
    const script = join(appRoot, 'test/doubles/moving-program.ts')
    const words = [script, String(this.#robot.port), how]
    const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'ignore'] })
    this.#children.push(child)
    await once(createInterface({ input: child.stdout }), 'line')
    return child
  }

  async expectOwnRamp(since: number, later = 0): Promise<void> {
    const told = await this.#rested()
    expect(this.#robot.stats()).toMatchObject({ reflexes: 0, stops: 0 })
    expect(told.brokenLimits()).toEqual([])
    expect(told.firstWith(Mode.reflex)).toBe(-1)
    expect(told.standstillAfter(since)).toBeLessThanOrEqual(later + HEARD + RAMP)
  }

  async expectRobotAlone(since: number): Promise<void> {
    const told = await this.#rested()
    expect(this.#robot.stats().reflexes).toBe(1)
    expect(told.firstWith(Mode.reflex)).toBeGreaterThan(0)
    expect(told.standstillAfter(since)).toBeLessThanOrEqual(HEARD + ROBOT_ALONE)
  }

  #newest = (): RobotRecord => new RobotRecord(this.#robot.record(1))

  async #rested(): Promise<RobotRecord> {
    await until(() => this.#newest().rests() && this.#newest().mode(0) !== Mode.move)
    return new RobotRecord(this.#robot.record())
  }

  async #untilFast(): Promise<void> {
    await until(() => this.#newest().length > 0 && this.#newest().speed(0) > 0.2)
  }
}

const signalled = (signal: NodeJS.Signals) => async (stage: Stage) => {
  const run = await stage.collect()
  const since = now()
  run.child.kill(signal)
  await run.done
  await stage.expectOwnRamp(since)
}

const stationSignalled = (signal: NodeJS.Signals) => async (stage: Stage) => {
  const { child, window } = await stage.station()
  const exited = once(child, 'exit')
  const since = now()
  child.kill(signal)
  await exited
  await stage.expectOwnRamp(since)
  await window.close()
}

const ended = (how: string) => async (stage: Stage) => {
  const child = await stage.program(how)
  const exited = once(child, 'exit')
  const since = now()
  child.stdin?.write('now\n')
  await exited
  await stage.expectOwnRamp(since)
}

const waysOut = {
  'a run at the terminal, on SIGTERM': signalled('SIGTERM'),
  'a run at the terminal, on SIGINT': signalled('SIGINT'),
  'a run whose terminal is closed': signalled('SIGHUP'),
  'a run at the terminal, on Ctrl+C twice': async (stage) => {
    const run = await stage.collect()
    const since = now()
    run.child.kill('SIGINT')
    await sleep(20)
    run.child.kill('SIGINT')
    await run.done
    await stage.expectOwnRamp(since)
  },
  'a run at the terminal that is killed: the robot stops by its own rule': async (stage) => {
    const run = await stage.collect()
    const since = now()
    run.child.kill('SIGKILL')
    await run.done
    await stage.expectRobotAlone(since)
  },
  'a program with an exception that nobody catches': ended('throw'),
  'a program with a rejection that nobody handles': ended('reject'),
  'a program that ends by process.exit': ended('exit'),
  'a thread that owned the arm and was terminated with its copy of the addon': ended('unload'),
  'the station, on SIGTERM': stationSignalled('SIGTERM'),
  'the station, on SIGINT': stationSignalled('SIGINT'),
  'the station, when its only window is closed: silence of the window stops the arm': async (stage) => {
    const { child, window } = await stage.station()
    await window.close()
    await stage.expectOwnRamp(now(), HEARTBEAT)
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await exited
  },
} satisfies Record<string, (stage: Stage) => Promise<void>>

export type WayOut = keyof typeof waysOut
export const allWaysOut = Object.keys(waysOut) as WayOut[]

/**
 * One way in which a program that moves the arm can end, judged by what the robot recorded: it was brought to rest by our
 * ramp, within all limits and without a reflex. Only a program that is killed outright leaves that to the robot.
 */
export async function goOut(way: WayOut): Promise<void> {
  const stage = new Stage()
  try {
    await waysOut[way](stage)
  } finally {
    await stage.close()
  }
}
