import { afterEach, describe, expect, it } from 'vitest'
import { gripperStateSchema } from '../../../src/contract/robot.ts'
import { native } from '../../../src/main/platform/native.ts'
import { Gripper } from '../../../src/main/robot/gripper.ts'
import { until } from '../../doubles/until.ts'

const HOST = '127.0.0.1'
const open: { close(): unknown }[] = []

/** A Hand where the arm's address says, with an object of that width (m) between its fingers. */
async function connected(objectWidth?: number): Promise<Gripper> {
  const hand = new native.SimulatedGripper({
    host: HOST,
    port: 0,
    ...(objectWidth === undefined ? {} : { objectWidth }),
  })
  const gripper = new Gripper()
  open.push(hand, gripper)
  await gripper.connect({ host: HOST, port: hand.port - 1 })
  await until(() => gripper.state().width !== null)
  return gripper
}

async function homed(objectWidth?: number): Promise<Gripper> {
  const gripper = await connected(objectWidth)
  gripper.home()
  await until(() => gripper.state().message !== '')
  await until(() => gripper.state().homed)
  return gripper
}

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

describe('the Hand beside the arm', () => {
  it('is absent without an error when nothing answers, and says that the arm works without it', async () => {
    const gripper = new Gripper()
    const taken = new native.SimulatedGripper({ host: HOST, port: 0 })
    const { port } = taken
    await taken.close()
    await gripper.connect({ host: HOST, port: port - 1 })
    const state = gripperStateSchema.parse(gripper.state())
    expect(state).toMatchObject({ link: 'absent', width: null, homed: false, activity: 'none' })
    expect(state.message).toContain('No Hand was found')
    expect(state.tip).toContain('Run without a gripper')
    expect(() => gripper.home()).toThrow(expect.objectContaining({ message: state.message }))
    gripper.stop()
  })

  it('waits to be homed, then moves, and says where its fingers are', async () => {
    const gripper = await connected()
    expect(gripperStateSchema.parse(gripper.state())).toMatchObject({ link: 'connected', homed: false, maxWidth: 0 })
    expect(() => gripper.move({ width: 0.02, speed: 0.1 })).toThrow(/has not been homed/)
    gripper.home()
    await until(() => gripper.state().message === 'The Hand is homed.')
    await until(() => gripper.state().homed)
    gripper.move({ width: 0.02, speed: 0.2 })
    await until(() => gripper.state().message === 'The fingers are at 20.0 mm.')
  })

  it('names the width it met when a grasp opens again, and what to give for an unknown object', async () => {
    const gripper = await homed(0.031)
    const grasp = { speed: 0.2, force: 30, epsilonInner: 0.005, epsilonOuter: 0.005 }
    gripper.grasp({ ...grasp, width: 0.02 })
    await until(() => gripper.state().message !== '')
    expect(gripper.state().message).toContain('expected was 20.0 mm, -5.0 mm or +5.0 mm')
    expect(gripper.state().tip).toContain('width 0')
    gripper.grasp({ ...grasp, width: 0, epsilonOuter: 0.08 })
    await until(() => gripper.state().grasped)
    await until(() => gripper.state().message === 'The Hand holds something 31.0 mm wide.')
  })

  it('is lost in words when its service ends', async () => {
    const hand = new native.SimulatedGripper({ host: HOST, port: 0 })
    const gripper = new Gripper()
    open.push(gripper)
    await gripper.connect({ host: HOST, port: hand.port - 1 })
    await until(() => gripper.state().width !== null)
    await hand.close()
    await until(() => gripper.state().link === 'lost')
    expect(gripper.state().message).toContain('does not answer any more')
  })
})
