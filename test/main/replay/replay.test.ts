import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ReplayStart } from '../../../src/contract/replay.ts'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import { followRecording } from '../../../src/main/replay/follow-recording.ts'
import { readRecording } from '../../../src/main/replay/recording.ts'
import type { Recording } from '../../../src/main/replay/recording.ts'
import type { ReplayOrder, ReplayReport, ReplayResult } from '../../../src/main/replay/replay-order.ts'
import { Replays } from '../../../src/main/replay/replays.ts'
import { runReplay } from '../../../src/main/replay/run-replay.ts'
import { goHome } from '../../../src/main/robot/go-home.ts'
import { runCli } from '../verbs/run-cli.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'

const NO_WISH = { stopRequested: () => false, pauseRequested: () => false }

/** A dataset of a few random episodes, and the number of its longest one. */
async function recorded(world = 'panda'): Promise<{ path: string; episode: number; steps: number }> {
  const path = join(temporaryFolder(), 'random.forager')
  const size = ['--transitions', '600', '--steps-per-episode', '120', '--seed', '4']
  expect((await runCli('collect', '--world', world, '--explorer', 'random', ...size, '--dataset', path)).code).toBe(0)
  if (world !== 'panda') return { path, episode: 1, steps: 0 }
  const lengths = [1, 2, 3, 4].map((episode) => {
    const { steps } = readRecording(path, episode, armModel())
    return { episode, steps }
  })
  const longest = lengths.reduce((best, each) => (each.steps > best.steps ? each : best))
  return { path, ...longest }
}

/** A made-up sway of one joint, which an arm can follow. */
function sway(steps: number, amplitude: number): Recording {
  const { home } = armModel()
  const q = new Float32Array((steps + 1) * 7)
  const velocity = new Float32Array(steps * 7)
  const angle = (t: number) => amplitude * (1 - Math.cos((2 * Math.PI * t) / steps))
  for (let t = 0; t <= steps; t++) for (let j = 0; j < 7; j++) q[7 * t + j] = home[j]! + (j === 3 ? angle(t) : 0)
  for (let t = 0; t < steps; t++) velocity[7 * t + 3] = (angle(t + 1) - angle(t)) / 0.05
  return { steps, stepPeriodS: 0.05, q, velocity }
}

/** Follows a recording on an arm of its own that stands at home. */
async function followed(recording: Recording, speed: number, wishes = NO_WISH) {
  const arm = new native.SimulatedArm({ model: armModel(), seed: 1 })
  arm.arm()
  goHome(arm)
  const reports: ReplayReport[] = []
  const result = await followRecording(arm, recording, { speed, clip: 0.5 }, wishes, (news) => reports.push(news))
  const { dq, violations } = arm.state()
  await arm.close()
  return { result, reports, dq: [...dq], violations }
}

describe('following a recording', () => {
  test.each([1, 0.5, 0.1])('at %d of its speed it takes as much longer and stays on the path', async (speed) => {
    const { result, reports, dq, violations } = await followed(sway(60, 0.15), speed)
    expect(result).toMatchObject({ end: 'complete', step: 60, steps: 60, problem: null })
    expect(reports.filter(({ state }) => state === 'running')).toHaveLength(Math.ceil(60 / speed))
    expect(result.worst?.deviationRad).toBeLessThan(0.05)
    expect(Math.max(...dq.map(Math.abs))).toBeLessThan(0.01)
    expect(violations).toEqual({ position: 0, velocity: 0, acceleration: 0, jerk: 0 })
  })

  test('a pause holds the place, and what follows is the same path', async () => {
    let asked = 0
    const pauseRequested = () => asked++ >= 20 && asked < 60
    const { result, reports } = await followed(sway(60, 0.15), 1, { ...NO_WISH, pauseRequested })
    const paused = reports.filter(({ state }) => state === 'paused')
    expect(paused).toHaveLength(39)
    expect(new Set(paused.map(({ step }) => step))).toEqual(new Set([20]))
    expect(paused.at(-1)?.deviationRad).toBeLessThan(0.002)
    expect(result).toMatchObject({ end: 'complete', step: 60 })
  })

  test('a stop lets the arm come to rest where it is', async () => {
    let asked = 0
    const { result, dq } = await followed(sway(60, 0.15), 1, { ...NO_WISH, stopRequested: () => asked++ >= 15 })
    expect(result).toMatchObject({ end: 'stopped', step: 15, problem: null })
    expect(Math.max(...dq.map(Math.abs))).toBeLessThan(0.01)
  })

  test('an arm that cannot keep up ends it, with the joint and the angle', async () => {
    const jump = sway(60, 0.15)
    for (let t = 10; t <= 60; t++) jump.q[7 * t + 3]! += 0.4
    const { result } = await followed(jump, 1)
    expect(result).toMatchObject({ end: 'failed', problem: { code: 'replay-deviates' } })
    expect(result.worst).toMatchObject({ joint: 3 })
    expect(result.problem?.message).toMatch(/Joint 4 was .*° away from the recording at its step 1\d/)
  })
})

describe('a recorded episode', () => {
  test('is replayed from home to its end, and home again', async () => {
    const { path, episode, steps } = await recorded()
    const reports: ReplayReport[] = []
    const order: ReplayOrder = { arm: { kind: 'simulated', seed: 2 }, path, episode, speed: 0.5 }
    const result = await runReplay(order, NO_WISH, (news) => reports.push(news))
    const limit = result.problem !== null && result.step > steps - 10
    // An episode that ended at a limit may end there again, a little earlier.
    expect(result.end === 'complete' || limit).toBe(true)
    expect(result.worst?.deviationRad).toBeLessThan(0.06)
    expect(reports[0]).toMatchObject({ state: 'homing', steps })
  })

  test('by the terminal a fast one goes slowly first', async () => {
    const path = join(temporaryFolder(), 'still.forager')
    const size = ['--transitions', '40', '--steps-per-episode', '20', '--seed', '1']
    expect((await runCli('collect', '--world', 'panda', '--explorer', 'ou', ...size, '--dataset', path)).code).toBe(0)
    const run = await runCli('replay', path, '--episode', '1', '--world', 'panda', '--speed', '1', '--json')
    expect(run.stderr + String(run.code)).toMatch(/0$/)
    expect(JSON.parse(run.stdout)).toMatchObject({ episode: 1, speed: 1, steps: 20, slow_first: true })
  })

  test('of another world, or away from home, is refused before anything moves', async () => {
    const { path } = await recorded('Hopper-v1')
    expect(() => readRecording(path, 1, armModel())).toThrow(/recorded in Hopper-v1, not by an arm/)
    const arm = await recorded()
    const home = armModel().home.map((angle) => angle + 0.1)
    expect(() => readRecording(arm.path, arm.episode, { ...armModel(), home })).toThrow(/from the home pose/)
    expect(() => readRecording(arm.path, 999, armModel())).toThrow(/999/)
  })
})

describe('replays of the station', () => {
  const START: ReplayStart = { dataset: 'a', episode: 3, speed: 0.5, workspaceClear: true }

  /** A station whose replay ends when the test says so. */
  function station() {
    const ends: ((result: ReplayResult) => void)[] = []
    let held = 0
    const replays = new Replays({
      dataset: (id) => (id === 'a' ? { path: '/a.forager' } : undefined),
      holdArm: () => {
        held++
        return { driverId: 1, release: () => held-- }
      },
      startReplay: () => ({ wish: () => undefined, result: new Promise((resolve) => ends.push(resolve)) }),
    })
    const end = async (end: ReplayResult['end']) => {
      ends.at(-1)?.({ end, worst: null, step: 5, steps: 5, problem: null })
      await expect.poll(() => replays.isActive).toBe(false)
    }
    return { replays, end, held: () => held }
  }

  test('full speed needs a slow one to its end first, of the same episode', async () => {
    const { replays, end, held } = station()
    const fast = { ...START, speed: 1 }
    expect(() => replays.start(fast)).toThrow(/not replayed slowly yet/)
    expect(held()).toBe(0)
    replays.start(START)
    await end('stopped')
    expect(() => replays.start(fast)).toThrow(/not replayed slowly yet/)
    replays.start(START)
    expect(() => replays.start(START)).toThrow(/Another replay is running/)
    await end('complete')
    expect(held()).toBe(0)
    expect(() => replays.start({ ...fast, episode: 4 })).toThrow(/not replayed slowly yet/)
    replays.start(fast)
    expect(held()).toBe(1)
    await end('complete')
    expect(replays.progress.current()).toMatchObject({ state: 'done', speed: 1 })
  })

  test('needs a person’s statement and a dataset that is there', () => {
    const { replays, held } = station()
    expect(() => replays.start({ ...START, workspaceClear: false })).toThrow(/workspace is clear/)
    expect(() => replays.start({ ...START, dataset: 'gone' })).toThrow(/not in the list/)
    expect(held()).toBe(0)
  })
})
