import { expect, test } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { EndCode } from '../../../src/main/platform/native-arm.ts'
import { openPandaWorld } from '../../../src/main/world/panda-world.ts'
import { stepRow } from '../../../src/main/world/step-row.ts'
import type { StepRow } from '../../../src/main/world/step-row.ts'
import type { World } from '../../../src/main/world/world.ts'

function begin(world: World): StepRow {
  const row = stepRow(world.spec.observation.length, world.spec.action.length)
  world.beginReset(1)
  while (!world.continueReset(100));
  world.beginEpisode(row)
  return row
}

test('the sheet names 14 observations and 7 actions with their units', async () => {
  const world = openPandaWorld({ name: 'panda', seed: 1 })
  const { observation, action, stepPeriodS, realTime, limitsHash } = world.spec
  expect(observation.map(({ name, unit }) => `${name} ${unit}`).slice(6, 8)).toEqual(['q7 rad', 'dq1 rad/s'])
  expect(action).toEqual(Array.from({ length: 7 }, (_, i) => ({ name: `dq${i + 1}`, unit: 'rad/s', scale: 0.5 })))
  expect([stepPeriodS, realTime, limitsHash.length]).toEqual([0.05, false, 64])
  await world.close()
})

test('every episode begins at home and at rest, whatever the one before did', async () => {
  const world = openPandaWorld({ name: 'panda', seed: 1 })
  for (let episode = 0; episode < 3; episode++) {
    const row = begin(world)
    armModel().home.forEach((q, joint) => expect(row.observation[joint]).toBeCloseTo(q, 6))
    expect([...row.observation.subarray(7)]).toEqual([0, 0, 0, 0, 0, 0, 0])
    row.action.fill(0.4)
    for (let t = 0; t < 10; t++) world.step(row)
    expect(row.observation[0]).toBeGreaterThan(0.02)
    world.endEpisode()
  }
  await world.close()
})

test('an arm that is driven into its limits ends the episode with a plain cause, unlatched, and breaks no limit', async () => {
  const world = openPandaWorld({ name: 'panda', seed: 1 })
  const row = begin(world)
  row.action.fill(0)
  row.action[1] = 1
  row.action[3] = 1
  for (let t = 0; t < 400 && row.info[1] === EndCode.none; t++) world.step(row)
  expect(row.info[1]).toBe(EndCode.safetyLimit)
  expect(world.stopCause()).toMatchObject({ latched: false })
  expect(world.stopCause()?.message).not.toBe('')
  expect(world.violations()).toEqual({ position: 0, velocity: 0, acceleration: 0, jerk: 0 })
  world.endEpisode()
  begin(world)
  await world.close()
})
