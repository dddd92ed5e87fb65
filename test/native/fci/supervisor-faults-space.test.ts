import { afterEach, describe, expect, it } from 'vitest'
import { StepFlag } from '../../../src/contract/dataset.ts'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { EndCode } from '../../../src/main/platform/native-arm.ts'
import type { SupervisorLimits } from '../../../src/main/platform/native-arm-model.ts'
import { boxDistance, floorDistance, jointDistance, poses, selfDistance, toolTip } from '../arm/reference-arm.ts'
import { RobotRecord } from './robot-record.ts'
import { drive, expectRamp, Rigs } from './supervised-rig.ts'

const rigs = new Rigs()
afterEach(() => rigs.close())

const model = armModel()
const { boxMin, boxMax, bodyBoxMin } = model.supervisor
const [maxX = NaN, , maxZ = NaN] = boxMax
const [bodyX = NaN, bodyY = NaN, bodyZ = NaN] = bodyBoxMin

/** Origin of a frame of the arm, m. */
function originOf(link: string, q: ArrayLike<number>): number[] {
  const pose = poses(model, q).get(link) ?? []
  return [pose[3] ?? NaN, pose[7] ?? NaN, pose[11] ?? NaN]
}

interface Approach {
  /** Limits moved near to where the arm begins, so that the way is short. */
  limits: Partial<SupervisorLimits>
  action: number[]
  code: string
  row: number
  title: RegExp
  flag: number
  /** Distance that remains, m or rad, by code that shares nothing with the supervisor; never negative. */
  room: (q: number[]) => number
}

const approaches: Record<string, Approach> = {
  'row 9: the end of a joint': {
    limits: { jointMarginStop: 0.6, jointMarginSlow: 0.65 },
    action: [0, 0, 0, -1, 0, 0, 0],
    code: 'joint-margin',
    row: 9,
    title: /Joint 4/,
    flag: StepFlag.nearJointLimit,
    room: (q) => jointDistance(model, q) - 0.6,
  },
  'row 14: a wall, with the tool tip': {
    limits: { boxMax: [maxX, 0.1, maxZ] },
    action: [1, 0, 0, 0, 0, 0, 0],
    code: 'workspace-box',
    row: 14,
    title: /Tool tip reached the left wall/,
    flag: StepFlag.nearWall,
    room: (q) =>
      boxDistance({ ...model, supervisor: { ...model.supervisor, boxMin, boxMax: [maxX, 0.1, maxZ] } }, q),
  },
  'row 14: a wall, with the elbow': {
    limits: { bodyBoxMin: [-0.2, bodyY, bodyZ] },
    action: [0, -1, 0, 0, 0, 0, 0],
    code: 'workspace-box',
    row: 14,
    title: /Elbow reached the back wall/,
    flag: StepFlag.nearWall,
    room: (q) => (originOf('link4', q)[0] ?? NaN) + 0.2,
  },
  'row 14: a wall, with a fingertip': {
    limits: { bodyBoxMin: [bodyX, -0.16, bodyZ] },
    action: [-1, 0, 0, 0, 0, 0, 0],
    code: 'workspace-box',
    row: 14,
    title: /A fingertip reached the right wall/,
    flag: StepFlag.nearWall,
    // The tip stands 55 mm beside the tool tip, which therefore comes no nearer than that.
    room: (q) => (toolTip(model, q)[1] ?? NaN) + 0.16 - 0.05,
  },
  'row 15: the floor': {
    limits: { floorStop: 0.42, floorSlow: 0.45 },
    action: [0, 1, 0, 0, 0, 0, 0],
    code: 'floor',
    row: 15,
    title: /hand came near the floor/,
    flag: StepFlag.nearFloor,
    room: (q) => floorDistance(model, q) - 0.42,
  },
  'row 16: another part of the arm': {
    limits: { collisionStop: 0.08, closePairSlow: 0.085 },
    action: [0, 0, 0, -1, 0, 0, 0],
    code: 'self-collision',
    row: 16,
    title: /upper arm and the forearm/,
    flag: StepFlag.nearSelf,
    room: (q) => selfDistance(model, q) - 0.08,
  },
}

describe('where the arm goes', () => {
  it.each(Object.entries(approaches))('%s is not reached', async (_name, { limits, action, code, row, title, flag, room }) => {
    const rig = await rigs.moving('', limits)
    const { end, flags } = drive(rig.episode, action, 80)
    expect(end).toBe(EndCode.safetyLimit)
    const { stop, rules } = rig.arm.state()
    expect(stop).toMatchObject({ code, rule: row, latched: false })
    expect(stop?.title).toMatch(title)
    expect(flags & flag).toBe(flag)
    expect(rules.acted[row]).toBeGreaterThan(0)
    await expectRamp(rig)
    const record = new RobotRecord(rig.robot.record())
    let least = Infinity
    for (let at = 0; at < record.length; at += 5) least = Math.min(least, room(record.pose(at)))
    expect(least).toBeGreaterThan(-1e-4)
    expect(least).toBeLessThan(0.02)
  })

  it.each([
    ['row 12: the tool tip', 12, [1, 0, 0, 0, 0, 0, 0], { toolSpeed: 0.1 }, 'tool'],
    ['row 13: elbow and wrist', 13, [0, 1, 0, 0, 0, 0, 0], { toolSpeed: 0.1 }, 'link6'],
  ] as const)('%s is kept at its speed by one factor for all joints', async (_name, row, action, limits, frame) => {
    const { arm, robot, episode } = await rigs.moving('', limits)
    const { end, flags } = drive(episode, [...action], 14)
    expect(end).toBe(EndCode.none)
    expect(flags & StepFlag.pointSpeed).toBe(StepFlag.pointSpeed)
    expect(arm.state().rules.acted[row]).toBeGreaterThan(0)
    arm.endEpisode()
    const record = new RobotRecord(robot.record())
    const fastest = fastestOf(record, frame)
    expect(fastest).toBeLessThanOrEqual(limits.toolSpeed)
    expect(fastest).toBeGreaterThan(0.5 * limits.toolSpeed)
  })

  it('row 21: near a singular pose the tool keeps the speed that is allowed near people', async () => {
    // The smallest singular value at the ready pose is 0.22.
    const { arm, robot, episode } = await rigs.moving('', { singularityWarn: 0.3, singularitySlow: 0.25 })
    const { end, flags } = drive(episode, [1, 0.5, 1, 0, 0, 0, 0], 14)
    expect(end).toBe(EndCode.none)
    expect(flags & StepFlag.singular).toBe(StepFlag.singular)
    expect(arm.state().rules.acted[21]).toBeGreaterThan(0)
    expect(arm.state().rules.warned[21]).toBeGreaterThan(0)
    arm.endEpisode()
    expect(fastestOf(new RobotRecord(robot.record()), 'tool')).toBeLessThanOrEqual(model.supervisor.toolSpeedNearPeople)
  })
})

/** Fastest that a frame of the arm moved over five milliseconds of the record, m/s. */
function fastestOf(record: RobotRecord, frame: string): number {
  const every = 5
  let fastest = 0
  let before = originOf(frame, record.pose(0))
  for (let row = every; row < record.length; row += every) {
    const now = originOf(frame, record.pose(row))
    const moved = Math.hypot(...now.map((x, k) => x - (before[k] ?? NaN)))
    fastest = Math.max(fastest, moved / (1e-3 * (record.id(row) - record.id(row - every))))
    before = now
  }
  return fastest
}
