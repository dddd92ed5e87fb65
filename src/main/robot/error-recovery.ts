import { setTimeout as sleep } from 'node:timers/promises'
import { refusal } from '../../contract/problem.ts'
import type { ArmDriver, NativeArmState } from '../platform/native-arm.ts'
import { native } from '../platform/native.ts'

const RECOVERS_WITHIN = 20_000 // ms; people measured 0.4 to 16 s
const WATCHED_FOR = 500 // ms after the robot says that it has recovered
const LOOK_EVERY = 10 // ms
const IDLE = 1 // robot_mode of the state packet
const REFLEX = 4

/** The robot's own recovery, believed only when the error stays away. Refuses with what the driver says. Moves nothing. */
export async function recover(driver: ArmDriver): Promise<void> {
  await driver.recover()
  await watchRecovery(driver)
}

/**
 * Waits until a recovery that was started shows as idle, then half a second more. Refuses with `recovery-came-back` when
 * an error shows again, or with `recovery-slow`.
 */
export async function watchRecovery(driver: ArmDriver): Promise<void> {
  // The reply comes over another way than the states: for some milliseconds they still show the old reflex.
  let answered = 0
  for (let waited = 0; driver.state().mode !== IDLE; waited += LOOK_EVERY) {
    const state = driver.state()
    if (state.activity !== 'recovering' && (answered += LOOK_EVERY) > WATCHED_FOR) throw cameBack(state)
    if (waited > RECOVERS_WITHIN) throw slow()
    await sleep(LOOK_EVERY)
  }
  for (let watched = 0; watched < WATCHED_FOR; watched += LOOK_EVERY) {
    await sleep(LOOK_EVERY)
    const state = driver.state()
    if (state.mode === REFLEX || state.errors.length > 0) throw cameBack(state)
  }
}

function slow(): Error {
  return refusal(
    'recovery-slow',
    'The robot has not recovered within 20 s. The arm stays stopped.',
    'Look at Desk for what the robot waits for, then recover again.',
  )
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
