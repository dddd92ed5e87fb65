import { setTimeout as sleep } from 'node:timers/promises'
import { refusal } from '../../contract/problem.ts'
import type { ArmDriver, NativeArmState } from '../platform/native.ts'
import { native } from '../platform/native.ts'

const WATCHED_FOR = 500 // ms after the robot says that it has recovered
const LOOK_EVERY = 10 // ms
const REFLEX = 4 // robot_mode of the state packet

/** The robot's own recovery, believed only when the error stays away. Moves nothing. */
export class ErrorRecovery {
  /** Refuses with what the driver says, or with `recovery-came-back` when the error shows again within half a second. */
  async recover(driver: ArmDriver): Promise<void> {
    await driver.recover()
    for (let watched = 0; watched < WATCHED_FOR; watched += LOOK_EVERY) {
      await sleep(LOOK_EVERY)
      const state = driver.state()
      if (state.mode === REFLEX || state.errors.length > 0) throw cameBack(state)
    }
  }
}

function cameBack({ errors }: NativeArmState): Error {
  const flag = native.errorFlags().find(({ name }) => name === errors[0])
  return refusal(
    'recovery-came-back',
    `The robot recovered, and the error came back within half a second: ${flag?.title ?? 'a reflex'}. The arm stays stopped.`,
    flag?.recovery === 'support'
      ? flag.tip
      : 'Press the external activation device, guide the arm out by hand to where nothing touches it, release the device, then recover.',
    errors.join(', '),
  )
}
