import { afterEach, describe, expect, it } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import type { ArmDriver } from '../../../src/main/platform/native-arm.ts'
import { recover } from '../../../src/main/robot/error-recovery.ts'
import { patientArmModel } from '../../doubles/patient-arm.ts'
import { until } from '../../doubles/until.ts'
import { frame, RawRobot, StateAt } from '../../native/fci/fci-peer.ts'

const RECOVERY = 12 // AutomaticErrorRecovery, protocol 5
const REFLEX = 4
const IDLE = 1

/** A robot whose error the test holds in its hands, over real sockets. */
describe('recovery that is believed only when the error stays away', () => {
  const open: { close(): unknown }[] = []
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close()
  })

  async function inReflex(flag: number): Promise<{ peer: RawRobot; arm: ArmDriver }> {
    const peer = await RawRobot.listen(armModel().home)
    open.push(peer)
    peer.state[StateAt.robotMode] = REFLEX
    peer.state[StateAt.errors + flag] = 1
    // The robot runs on JavaScript timers: late states are the test's own doing.
    const options = { host: '127.0.0.1', port: peer.port, model: patientArmModel(), timeoutMs: 2000 }
    const [arm] = await Promise.all([native.connectArm(options), peer.accept()])
    open.push(arm)
    await until(() => arm.state().mode === REFLEX)
    return { peer, arm }
  }

  function clear(peer: RawRobot, flag: number): void {
    peer.state[StateAt.robotMode] = IDLE
    peer.state[StateAt.errors + flag] = 0
  }

  it('a reflex of the standing arm is named when somebody arms it', async () => {
    const { arm } = await inReflex(6)
    const refused = expect.objectContaining({ message: expect.stringContaining('joint_reflex') as string }) as Error
    expect(() => arm.arm()).toThrow(refused)
  })

  it('is done when the robot stands idle without an error for half a second', async () => {
    const { peer, arm } = await inReflex(6)
    const recovering = recover(arm)
    await peer.requests.next()
    clear(peer, 6)
    peer.reply(frame(RECOVERY, 1, Buffer.alloc(1)))
    await expect(recovering).resolves.toBeUndefined()
    expect(arm.state()).toMatchObject({ mode: IDLE, armed: false, errors: [] })
    // Nothing but the recovery was asked of the robot.
    expect(peer.requests.items).toEqual([])
  })

  it('says so when the robot answers well and its error never goes', async () => {
    const { peer, arm } = await inReflex(6)
    const refused = expect(recover(arm)).rejects.toMatchObject({ problem: { code: 'recovery-came-back' } })
    await peer.requests.next()
    peer.reply(frame(RECOVERY, 1, Buffer.alloc(1)))
    await refused
  })

  it('says so when the same error comes back, and how to get out', async () => {
    const { peer, arm } = await inReflex(0)
    const refused = expect(recover(arm)).rejects.toMatchObject({
      problem: {
        code: 'recovery-came-back',
        message: expect.stringContaining('A joint is outside its range') as string,
        tip: expect.stringContaining('guide the arm out by hand') as string,
        details: 'joint_position_limits_violation',
      },
    })
    await peer.requests.next()
    clear(peer, 0)
    peer.reply(frame(RECOVERY, 1, Buffer.alloc(1)))
    await until(() => arm.state().mode === IDLE)
    peer.state[StateAt.errors] = 1
    peer.state[StateAt.robotMode] = REFLEX
    await refused
  })
})
