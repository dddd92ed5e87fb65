import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { armModel, armModelOf } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import type { SimulatedRobot } from '../../../src/main/platform/native-simulated-robot.ts'
import { LimitSettings } from '../../../src/main/robot/limit-settings.ts'
import { limitsHash } from '../../../src/main/robot/limits-hash.ts'
import { StopBoxChoice } from '../../../src/main/robot/stop-box-choice.ts'
import { CLOSED, CLOSED_AND_RESET, StopBoxDouble } from '../../doubles/stop-box.ts'
import { until } from '../../doubles/until.ts'
import { startCliIn } from './run-cli.ts'
import type { CliResult, RunningCli } from './run-cli.ts'

/** The verbs that move an arm over its protocol take what the station's window has been told about that arm. */
describe('an arm from a terminal', { timeout: 60_000 }, () => {
  let home: string
  let dataset: string
  let peer: SimulatedRobot

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'forager-terminal-'))
    dataset = join(home, 'run.forager')
  })
  afterEach(async () => {
    await peer.close()
    rmSync(home, { recursive: true })
  })

  const standing = (protocol: number): void => {
    peer = new native.SimulatedRobot({
      host: '127.0.0.1',
      port: 0,
      protocol,
      model: armModelOf(protocol),
      seed: 1,
      fault: '',
      patienceMs: 100,
    })
  }
  const start = (verb: string, ...words: string[]): RunningCli =>
    startCliIn(
      { ...process.env, FORAGER_HOME: home },
      ...[verb, ...words, '--world', 'panda-fci', '--robot', `127.0.0.1:${peer.port}`, '--json'],
    )
  const startCollecting = (transitions: number): RunningCli =>
    start('collect', '--explorer', 'random', '--transitions', String(transitions), '--dataset', dataset)
  const collect = (transitions: number): Promise<CliResult> => startCollecting(transitions).done
  const recordedHash = (): string => {
    const reader = new DatasetReader(dataset)
    const { limitsHash: hash } = reader.sheet
    reader.close()
    return hash
  }

  it('moves under the limits tightened on this station, says so, records it, and does not mix them in one file', async () => {
    standing(5)
    const limits = new LimitSettings(home)
    limits.set('toolSpeed', [0.25], null)
    limits.set('boxMax', [0.7, 0.5, 0.85], null)
    const told =
      'limits in force: tightened on this station: toolSpeed 0.25 m/s, boxMax 0.7 0.5 0.85 m; all others at their defaults'
    const tightened = { toolSpeed: [0.25], boxMax: [0.7, 0.5, 0.85] }
    const collected = await collect(20)
    expect(collected.stderr).toContain(told)
    expect(collected.json()).toMatchObject({ transitions: 20, tightened_limits: tightened })
    expect(recordedHash()).toBe(limitsHash(5, limits.current()))
    expect(recordedHash()).not.toBe(limitsHash(5, armModel().supervisor))

    const replayed = await start('replay', dataset, '--episode', '1').done
    expect(replayed.stderr).toContain(told)
    expect(replayed.json()).toMatchObject({ steps: 20, tightened_limits: tightened })

    limits.set('toolSpeed', [1], null)
    const other = await collect(60)
    expect(other.problem()).toMatchObject({ code: 'dataset-differs' })
    expect(other.stderr).toContain('tightened on this station: boxMax 0.7 0.5 0.85 m;')
  })

  it('records the joint limits of the kind of robot that answers', async () => {
    standing(9)
    const collected = await collect(20)
    expect(collected.stderr).toContain('limits in force: all at their defaults, none is tightened on this station')
    expect(collected.json()).toMatchObject({ tightened_limits: {} })
    expect(recordedHash()).toBe(limitsHash(9))
    expect(limitsHash(9)).not.toBe(limitsHash(5))
  })

  it('does not move without the stop box of this station', async () => {
    standing(5)
    new StopBoxChoice(home).write({ path: join(home, 'no-such-port'), needsGrip: false })
    const refused = await collect(20)
    expect(refused.problem()).toMatchObject({ code: 'stop-box-not-ready' })
    expect(existsSync(dataset)).toBe(false)
  })

  it('waits for its stop box to be closed, and is stopped by it', async () => {
    standing(5)
    const box = await StopBoxDouble.start()
    try {
      new StopBoxChoice(home).write({ path: box.path, needsGrip: false })
      const run = startCollecting(100_000)
      box.inputs(CLOSED)
      await until(() => run.stderr().includes('Press reset'))
      box.inputs(CLOSED_AND_RESET)
      await until(() => /^[1-9]\d* of 100000 transitions/m.test(run.stderr()))
      box.inputs(0)
      const stopped = await run.done
      expect(stopped.code).toBe(1)
      // A box whose process a busy computer keeps waiting is silent first; that stops the arm as well.
      expect(stopped.problem().code).toMatch(/^stop-box-(pressed|lost)$/)
    } finally {
      box.inputs(CLOSED)
      box.stop()
    }
  })
})
