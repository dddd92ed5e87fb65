import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import type { ArmDriver } from '../../../src/main/platform/native-arm.ts'
import { Replays } from '../../../src/main/replay/replays.ts'
import type { ReplayReport } from '../../../src/main/replay/replay-order.ts'
import { runReplay } from '../../../src/main/replay/run-replay.ts'
import { goHome } from '../../../src/main/robot/go-home.ts'
import { startReplay } from '../../../src/main/workers/replay-thread.ts'
import { moveAway } from '../../doubles/away-from-home.ts'
import { armedArm } from '../../doubles/simulated-robot.ts'
import { until } from '../../doubles/until.ts'
import { runCli } from '../verbs/run-cli.ts'

const STEPS = 20

/** Largest joint distance to the home pose, rad. */
const fromHome = (arm: ArmDriver): number =>
  Math.max(...armModel().home.map((angle, j) => Math.abs(angle - (arm.state().q[j] ?? NaN))))

function expectAtRestAway(arm: ArmDriver): void {
  expect(arm.state()).toMatchObject({ activity: 'none', armed: true, stop: null })
  expect(Math.max(...arm.state().dq.map(Math.abs))).toBeLessThan(0.01)
  expect(fromHome(arm)).toBeGreaterThan(0.1)
}

describe('a replay that is ended on the way home', () => {
  let folder: string
  let path: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'forager-replay-'))
    path = join(folder, 'still.forager')
    const size = ['--transitions', String(2 * STEPS), '--steps-per-episode', String(STEPS), '--seed', '1']
    expect((await runCli('collect', '--world', 'panda', '--explorer', 'ou', ...size, '--dataset', path)).code).toBe(0)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  /** The station's replays on an arm over the network that stands away from home. */
  async function onTheWay(): Promise<{ replays: Replays; driver: ArmDriver; moves: () => number }> {
    const { driver, robot } = await armedArm()
    goHome(driver)
    moveAway(driver)
    expect(fromHome(driver)).toBeGreaterThan(0.3)
    const replays = new Replays({
      dataset: () => ({ path }),
      holdArm: () => ({ driverId: driver.id, release: () => undefined }),
      startReplay,
    })
    replays.start({ dataset: 'a', episode: 1, speed: 0.5, workspaceClear: true })
    await until(() => driver.state().activity === 'homing')
    return { replays, driver, moves: () => robot.stats().moves }
  }

  test('leaves the arm at rest where it is', async () => {
    const { replays, driver, moves } = await onTheWay()
    const before = moves()
    replays.wish('stop')
    await until(() => !replays.isActive)
    expect(replays.progress.current()).toMatchObject({ state: 'stopped', step: 0, steps: STEPS, problem: null })
    expectAtRestAway(driver)
    expect(moves()).toBe(before)
  })

  test('by the end of the station too', async () => {
    const { replays, driver } = await onTheWay()
    await replays.close()
    expectAtRestAway(driver)
  })

  test('by STOP is told with the cause', async () => {
    const { replays, driver } = await onTheWay()
    driver.stop('operator-stop', 'STOP was pressed.')
    replays.wish('stop')
    await until(() => !replays.isActive)
    expect(replays.progress.current()).toMatchObject({ state: 'failed', problem: { code: 'operator-stop' } })
  })

  test('after the recording, has not come to its end', async () => {
    let returning = false
    const wishes = { stopRequested: () => returning, pauseRequested: () => false }
    const follow = ({ state }: ReplayReport): void => void (returning ||= state === 'returning')
    const result = await runReplay({ arm: { kind: 'simulated', seed: 2 }, path, episode: 1, speed: 1 }, wishes, follow)
    expect(result).toMatchObject({ end: 'stopped', step: STEPS, steps: STEPS, problem: null })
  })
})
