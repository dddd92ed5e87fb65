import { describe, expect, test } from 'vitest'
import { StepFlag } from '../../../src/contract/dataset.ts'
import { locomotionNameSchema } from '../../../src/contract/world.ts'
import type { LocomotionName } from '../../../src/contract/world.ts'
import { EndCode } from '../../../src/main/world/end-code.ts'
import { locomotionModel, openLocomotionWorld } from '../../../src/main/world/locomotion-world.ts'
import type { LocomotionWorld } from '../../../src/main/world/locomotion-world.ts'
import { locomotionTasks } from '../../../src/main/world/locomotion-tasks.ts'
import { openWorld, worldOptions } from '../../../src/main/world/open-world.ts'
import { Simulation, loadMujoco } from '../../../src/main/world/simulation.ts'
import type { StepRow } from '../../../src/main/world/step-row.ts'
import { behaviourStatistics } from './behaviour-statistics.ts'
import { mean, play, playEpisode, rowOf } from './play.ts'

const LEGACY = { inertia: 'legacy' } as const

function begin(world: LocomotionWorld, episode: number): StepRow {
  const row = rowOf(world)
  world.beginReset(episode)
  world.beginEpisode(row)
  return row
}

/** Signals of some steps under fixed actions, as numbers. */
function trace(world: LocomotionWorld, episode: number, steps: number): number[] {
  const row = begin(world, episode)
  const numbers = [...row.observation]
  for (let t = 1; t <= steps; t++) {
    row.action.forEach((_, i) => (row.action[i] = Math.sin(0.3 * t + i)))
    world.step(row)
    numbers.push(...row.observation, ...row.simulatorState, row.reward[0]!)
  }
  return numbers
}

describe.each(locomotionNameSchema.options)('%s', (name) => {
  const task = locomotionTasks[name]
  const positions = task.coordinates.length

  test('reward, observation and state follow the task from a simulation of the same model', async () => {
    const world = await openLocomotionWorld(name, 3, LEGACY)
    const row = begin(world, 1)
    const twin = await Simulation.open(await locomotionModel(name, LEGACY))
    twin.reset()
    twin.qpos.set(row.simulatorState.subarray(0, positions))
    twin.qvel.set(row.simulatorState.subarray(positions))
    twin.forward()
    for (let t = 0; t < 10; t++) {
      // Some are beyond the range: the motors are clamped, the cost is not.
      row.action.forEach((_, i) => (row.action[i] = 1.5 * Math.sin(2 * t + i)))
      world.step(row)
      const x = twin.qpos[0]!
      row.action.forEach((asked, i) => (twin.ctrl[i] = Math.max(-1, Math.min(1, asked))))
      twin.step(task.frames)
      const cost = row.action.reduce((sum, asked) => sum + asked * asked, 0)
      const dt = name === 'HalfCheetah-v1' ? 0.05 : 0.008
      const bonus = name === 'HalfCheetah-v1' ? 0 : 1
      const weight = name === 'HalfCheetah-v1' ? 0.1 : 0.001
      expect(row.reward[0]).toBeCloseTo((twin.qpos[0]! - x) / dt + bonus - weight * cost, 5)
      expect([...row.simulatorState]).toEqual([...twin.qpos, ...twin.qvel])
      const clip = name === 'HalfCheetah-v1' ? Infinity : 10
      const seen = [...twin.qpos.slice(1), ...twin.qvel.map((v) => Math.max(-clip, Math.min(clip, v)))]
      expect([...row.observation]).toEqual(seen.map(Math.fround))
      expect(row.sent.every((sent, i) => sent === Math.max(-1, Math.min(1, row.action[i]!)))).toBe(true)
      expect(row.info[0]).toBe(row.action.some((asked) => Math.abs(asked) > 1) ? StepFlag.clipped : 0)
    }
    twin.close()
    await world.close()
  })

  test('seed and episode alone decide an episode, whatever was played before', async () => {
    const world = await openLocomotionWorld(name, 3, LEGACY)
    trace(world, 1, 30)
    const second = trace(world, 2, 30)
    const other = await openLocomotionWorld(name, 3, LEGACY)
    expect(trace(other, 2, 30)).toEqual(second)
    expect(trace(other, 3, 30)).not.toEqual(second)
    const seeded = await openLocomotionWorld(name, 4, LEGACY)
    expect(trace(seeded, 2, 30)).not.toEqual(second)
    for (const each of [world, other, seeded]) await each.close()
  })

  test('the start noise has the range and the spread of the task', async () => {
    const world = await openLocomotionWorld(name, 3, LEGACY)
    const row = rowOf(world)
    const offsets: number[] = []
    const velocities: number[] = []
    for (let episode = 1; episode <= 300; episode++) {
      world.beginReset(episode)
      world.beginEpisode(row)
      const start = name === 'HalfCheetah-v1' ? 0 : 1.25
      offsets.push(...row.simulatorState.subarray(0, positions).map((value, i) => value - (i === 1 ? start : 0)))
      velocities.push(...row.simulatorState.subarray(positions))
    }
    const range = name === 'HalfCheetah-v1' ? 0.1 : 0.005
    for (const offset of offsets) expect(Math.abs(offset)).toBeLessThan(range + 1e-12)
    const square = (values: number[]): number => mean(values.map((value) => value * value))
    expect(square(offsets) / (range ** 2 / 3)).toBeCloseTo(1, 1)
    if (name === 'HalfCheetah-v1') {
      expect(square(velocities) / 0.1 ** 2).toBeCloseTo(1, 0.8)
      // normal: a fourth moment of 3, where a uniform one has 1.8
      expect(mean(velocities.map((v) => (v / 0.1) ** 4))).toBeGreaterThan(2.5)
    } else {
      for (const velocity of velocities) expect(Math.abs(velocity)).toBeLessThan(range)
      expect(square(velocities) / (range ** 2 / 3)).toBeCloseTo(1, 1)
    }
    await world.close()
  })

  test('an action that is not a number is refused before the body moves', async () => {
    const world = await openLocomotionWorld(name, 3, LEGACY)
    const row = begin(world, 1)
    const before = [...world.simulation.qpos]
    row.action[1] = NaN
    expect(() => world.step(row)).toThrow(/step 1 is not a finite number/)
    expect([...world.simulation.qpos]).toEqual(before)
    await world.close()
  })

  test('a simulation that blows up ends the episode and says so', async () => {
    const world = await openLocomotionWorld(name, 3, LEGACY)
    const row = begin(world, 1)
    const state = row.simulatorState.slice()
    state[positions + 4] = 1e9
    world.beginEpisodeAt(state, row)
    for (let step = 0; step < 50 && row.info[1] !== EndCode.unstable; step++) world.step(row)
    expect(row.info[1]).toBe(EndCode.unstable)
    expect(world.stopCause()).toMatchObject({ code: 'simulation-unstable', latched: false })
    // The next episode is not touched by it.
    const fresh = await openLocomotionWorld(name, 3, LEGACY)
    expect(trace(world, 2, 10)).toEqual(trace(fresh, 2, 10))
    for (const each of [world, fresh]) await each.close()
  })

  test('an episode goes on in the same state after the memory of the engine has grown', async () => {
    const world = await openLocomotionWorld(name, 3, LEGACY)
    const expected = trace(world, 1, 20)
    const row = begin(world, 1)
    const memory = world.simulation.qpos.buffer
    const mujoco = await loadMujoco()
    const ballast = []
    while (world.simulation.qpos.buffer === memory) ballast.push(new mujoco.MjData(world.simulation.model))
    world.beginReset(1)
    expect(trace(world, 1, 20)).toEqual(expected)
    expect(row.observation).toEqual(Float32Array.from(expected.slice(0, row.observation.length)))
    for (const data of ballast) data.delete()
    await world.close()
  })
})

/** Nearest numbers on either side of a limit. */
const [BELOW, ABOVE] = [1 - 1e-9, 1 + 1e-9]

test.each<[LocomotionName, boolean, Record<number, number>]>([
  ['Hopper-v1', true, {}],
  ['Hopper-v1', false, { 1: 0.7 }],
  ['Hopper-v1', true, { 1: 0.7 * ABOVE }],
  ['Hopper-v1', false, { 2: 0.2 }],
  ['Hopper-v1', false, { 2: -0.2 }],
  ['Hopper-v1', true, { 2: 0.2 * BELOW }],
  ['Hopper-v1', false, { 5: 100 }],
  ['Hopper-v1', true, { 5: -100 * BELOW }],
  ['Hopper-v1', false, { 6: -100 }],
  ['Hopper-v1', false, { 11: 100 }],
  ['Hopper-v1', false, { 11: NaN }],
  ['Hopper-v1', true, { 0: 1e6 }],
  ['Walker2d-v1', true, {}],
  ['Walker2d-v1', false, { 1: 0.8 }],
  ['Walker2d-v1', true, { 1: 0.8 * ABOVE }],
  ['Walker2d-v1', false, { 1: 2 }],
  ['Walker2d-v1', true, { 1: 2 * BELOW }],
  ['Walker2d-v1', false, { 2: 1 }],
  ['Walker2d-v1', false, { 2: -1 }],
  ['Walker2d-v1', true, { 2: -BELOW }],
  ['Walker2d-v1', true, { 17: 1e6 }],
  ['HalfCheetah-v1', true, { 1: -0.5, 2: 3 }],
])('%s is healthy: %s with %o in its state', (name, healthy, changes) => {
  const { coordinates, isHealthy } = locomotionTasks[name]
  const state = new Float64Array(2 * coordinates.length)
  if (name !== 'HalfCheetah-v1') state[1] = 1.25
  for (const [at, value] of Object.entries(changes)) state[Number(at)] = value
  expect(isHealthy(state.subarray(0, coordinates.length), state.subarray(coordinates.length))).toBe(healthy)
})

test('the step on which a body falls is terminal and has the alive bonus', async () => {
  const world = await openLocomotionWorld('Hopper-v1', 3, LEGACY)
  const row = begin(world, 1)
  const state = row.simulatorState.slice()
  // pitch just inside its limit, turning outwards, standing otherwise
  state.fill(0)
  state[1] = 1.25
  state[2] = 0.199
  state[6 + 2] = 1
  world.beginEpisodeAt(state, row)
  row.action.fill(0)
  world.step(row)
  expect(row.info[1]).toBe(EndCode.terminal)
  const velocity = row.simulatorState[0]! / 0.008
  expect(row.reward[0]).toBeCloseTo(velocity + 1, 5)
  expect(world.stopCause()).toBeNull()
  await world.close()
})

test('options are filled in and refused where a world has none', async () => {
  expect(worldOptions('Hopper-v1', {})).toEqual({ inertia: 'legacy' })
  expect(worldOptions('Hopper-v1', { inertia: 'exact' })).toEqual({ inertia: 'exact' })
  expect(() => worldOptions('panda', { inertia: 'exact' })).toThrow(/no option "inertia"/)
  const world = await openWorld({ world: 'Hopper-v1', options: {}, seed: 1, armId: null, robot: 'in-process' })
  expect(world.spec).toMatchObject({ name: 'Hopper-v1', options: { inertia: 'legacy' }, hasReward: true })
  await world.close()
})

/** All motors off: mean return and length of an independent simulation, and the spread of the return. */
test.each<[LocomotionName, 'legacy' | 'exact', number, number, number]>([
  ['HalfCheetah-v1', 'legacy', -0.2, 3, 1000],
  ['Hopper-v1', 'legacy', 156, 54, 155],
  ['Hopper-v1', 'exact', 156, 59, 155],
  ['Walker2d-v1', 'legacy', 94, 9, 109],
  ['Walker2d-v1', 'exact', 96, 9, 109],
])('%s with all motors off, %s', async (name, inertia, expected, std, length) => {
  const world = await openLocomotionWorld(name, 5, { inertia })
  const row = rowOf(world)
  const episodes = name === 'HalfCheetah-v1' ? 2 : 10
  const played = Array.from({ length: episodes }, (_, i) =>
    playEpisode(world, row, i + 1, ({ action }) => action.fill(0)),
  )
  const off = Math.abs(mean(played.map((each) => each.return)) - expected)
  expect(off).toBeLessThan((4 * std) / Math.sqrt(episodes))
  expect(Math.abs(mean(played.map((each) => each.length)) / length - 1)).toBeLessThan(0.4)
  await world.close()
})

test.each(behaviourStatistics)(
  '$world, $inertia, $explorer: returns and lengths of the first episodes lie within the known spread',
  async ({ world: name, inertia, explorer, mean: expected, std, length, episodes }) => {
    const world = await openLocomotionWorld(name, 7, { inertia })
    const wanted = Math.ceil(episodes / 40)
    const played = play(world, explorer, 7, (all) => all.length >= wanted)
    const error = std * Math.sqrt(1 / wanted + 1 / episodes)
    expect(Math.abs(mean(played.map((each) => each.return)) - expected)).toBeLessThan(4 * error)
    expect(Math.abs(mean(played.map((each) => each.length)) / length - 1)).toBeLessThan(0.35)
    await world.close()
  },
)
