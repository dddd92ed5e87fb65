import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'vitest'
import { appRoot } from '../../../src/main/platform/app-root.ts'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import { onFailingDisk } from '../../doubles/failing-disk.ts'
import type { DiskFaults } from '../../doubles/failing-disk.ts'
import type { Defect } from '../../doubles/moving-program.ts'
import { until } from '../../doubles/until.ts'
import { Mode, RobotRecord } from '../../native/fci/robot-record.ts'
import { BUSY } from '../dataset/durability/storm.ts'
import { progress, startCliIn } from '../verbs/run-cli.ts'
import { collectingStation } from './collecting-station.ts'

/** From any speed up to the clip to rest by our ramp; by the robot's own brake once it has tripped; ms of the robot. */
const RAMP = 140
const ROBOT_BRAKE = 75
/** The arm moves, rad/s. */
const FAST = 0.2

/** A process that moves the arm. */
export interface Mover {
  child: ChildProcess
  /** When it has ended and all it said has been read. */
  ended: Promise<unknown>
  /** Once it has ended: whether a busy machine had stopped the arm before that which was to happen. */
  hindered?: () => Promise<boolean>
  /** Its window, where it has one. */
  closeWindow?: () => Promise<void>
}

/** A robot in this process, and a program in its own that moves it. */
export class Stage {
  readonly #folder = mkdtempSync(join(tmpdir(), 'forager-ways-out-'))
  readonly #movers: Mover[] = []
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
    for (const { child } of this.#movers) if (child.exitCode === null) child.kill('SIGKILL')
    await Promise.all(this.#movers.map(({ ended }) => ended))
    await Promise.all(this.#movers.map(({ closeWindow }) => closeWindow?.()))
    await this.#robot.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** A run at the terminal; on a disk that fails in its time, which is after the arm has begun to move. */
  async terminal(disk: DiskFaults = {}): Promise<Mover> {
    const env = { ...onFailingDisk(this.#folder, disk), FORAGER_HOME: join(this.#folder, 'home') }
    const robot = ['--world', 'panda-fci', '--robot', `127.0.0.1:${this.#robot.port}`]
    const words = ['--explorer', 'random', '--seed', '3', '--transitions', '100000', '--json']
    const run = startCliIn(env, 'collect', ...robot, ...words, '--dataset', join(this.#folder, 'a.forager'))
    const hindered = async (): Promise<boolean> => {
      const { code, problem } = await run.done
      return code === 1 && BUSY.has(problem().code)
    }
    const mover = this.#add({ child: run.child, ended: run.done, hindered })
    if (disk.failFrom !== undefined) return mover
    await progress(run, 20)
    await this.#untilFast()
    return mover
  }

  async station(): Promise<Mover> {
    const { child, window } = await collectingStation(this.#folder, this.#robot.port)
    const mover = this.#add({ child, ended: once(child, 'exit'), closeWindow: () => window.close() })
    await this.#untilFast()
    return mover
  }

  /** A program with a defect, which shows when a line comes in; see moving-program.ts. */
  async program(defect: Defect): Promise<Mover> {
    const script = join(appRoot, 'test/doubles/moving-program.ts')
    const words = [script, String(this.#robot.port), defect]
    const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'ignore'] })
    const mover = this.#add({ child, ended: once(child, 'exit') })
    await once(createInterface({ input: child.stdout }), 'line')
    return mover
  }

  /** The arm was brought to rest by the station's own ramp, within all limits, and the Move was ended as it should be. */
  async expectRamp(): Promise<void> {
    const told = await this.#rested()
    expect(this.#robot.stats()).toMatchObject({ reflexes: 0, stops: 0 })
    expect(told.fastest()).toBeGreaterThan(FAST)
    expect(told.brokenLimits()).toEqual([])
    expect(told.firstWith(Mode.reflex)).toBe(-1)
    expect(told.brakingMs()).toBeLessThanOrEqual(RAMP)
  }

  /** Nobody was left to ramp: the robot tripped by its own rule, once, and braked by itself. */
  async expectRobotBrake(): Promise<void> {
    const told = await this.#rested()
    expect(this.#robot.stats()).toMatchObject({ reflexes: 1, stops: 0 })
    const tripped = told.firstWith(Mode.reflex)
    expect(tripped).toBeGreaterThan(0)
    expect(told.restId() - told.id(tripped)).toBeLessThanOrEqual(ROBOT_BRAKE)
  }

  #add(mover: Mover): Mover {
    this.#movers.push(mover)
    return mover
  }

  #newest = (): RobotRecord => new RobotRecord(this.#robot.record(1))

  async #rested(): Promise<RobotRecord> {
    await until(() => this.#newest().rests() && this.#newest().mode(0) !== Mode.move)
    return new RobotRecord(this.#robot.record())
  }

  async #untilFast(): Promise<void> {
    await until(() => this.#newest().length > 0 && this.#newest().speed(0) > FAST)
  }
}
