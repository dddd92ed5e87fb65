import { refusal } from '../../contract/problem.ts'
import type { NativeArmState } from '../platform/native-arm.ts'

/** Refuses with `stop-latched` while a stop waits for a person. */
export function requireNoStop({ stop }: NativeArmState): void {
  if (!stop?.latched) return
  throw refusal(
    'stop-latched',
    'The arm is stopped and held. Arming is refused.',
    'Read the cause of the stop, then re-arm.',
  )
}
