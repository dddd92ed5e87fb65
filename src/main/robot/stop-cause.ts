import type { RobotState, StopCause } from '../../contract/robot.ts'
import { vector3Schema } from '../../contract/robot.ts'
import type { NativeStopCause } from '../platform/native-arm.ts'

/** Titles and tips of the stops that this process asks for; the control thread words its own. */
const words: Record<string, { title: string; tip: string }> = {
  'operator-stop': {
    title: 'Stopped by a person.',
    tip: 'Look at the arm. When it is free and the box is clear, re-arm.',
  },
  'stop-box-pressed': {
    title: 'The stop box is pressed.',
    tip: 'Release its button, press reset on the box, then re-arm.',
  },
  'stop-box-lost': {
    title: 'No news from the stop box.',
    tip: 'Look at the cable and the power of the stop box. Press reset on it, then re-arm.',
  },
  'stop-box-disagree': {
    title: 'The two channels of the stop box differ.',
    tip: 'Press the stop box and release it once. When this comes back, a wire or a contact is broken: do not use the box.',
  },
  'stop-box-sequence': {
    title: 'The stop box was restarted or disturbed.',
    tip: 'Look at its cable and its power. Press reset on it, then re-arm.',
  },
  'stop-box-noise': {
    title: 'The line to the stop box is disturbed.',
    tip: 'Use a shorter or shielded cable, away from motors. Press reset on the box, then re-arm.',
  },
  'dead-man': {
    title: 'The enabling grip is not held.',
    tip: 'Hold the grip in its middle position, press reset on the box, then re-arm.',
  },
  'station-closing': {
    title: 'Forager is closing.',
    tip: 'Start Forager again and re-arm.',
  },
}

/** The title under which a stop asked for by this process is shown. */
export function stopTitle(code: string): string {
  return words[code]?.title ?? 'Stopped.'
}

/** The control thread's cause as the window sees it: zeros that mean "none" become null, missing words are added. */
export function stopCause(native: NativeStopCause): StopCause {
  const known = words[native.code]
  const tooltip = vector3Schema.safeParse(Array.from(native.tooltip))
  const hasRule = native.rule > 0
  const hasNumbers = hasRule && native.limit > 0
  return {
    code: native.code,
    title: known?.title ?? (native.title || 'Stopped.'),
    message: native.message,
    tip: known?.tip ?? (native.tip || 'Look at the arm. When it is free and the box is clear, re-arm.'),
    latched: native.latched,
    rule: hasRule ? native.rule : null,
    value: hasNumbers ? native.value : null,
    limit: hasNumbers ? native.limit : null,
    unit: native.unit,
    joint: native.joint > 0 ? native.joint : null,
    at: native.atMs,
    tooltip: tooltip.success ? tooltip.data : null,
    stopTime: native.stopTime >= 0 ? native.stopTime : null,
  }
}

/**
 * Why an arm that ran no motion for us is not usable any more, as a cause for the record: it stopped itself, or fell
 * silent. Null when neither happened between the two states.
 */
export function abortCause(before: RobotState, after: RobotState): StopCause | null {
  if (before.link !== 'connected') return null
  const facts = {
    latched: false,
    rule: null,
    value: null,
    limit: null,
    unit: '',
    joint: null,
    at: Date.now(),
    tooltip: after.tooltip,
    stopTime: 0,
  }
  if (after.link === 'lost') {
    return {
      ...facts,
      code: 'link-lost',
      title: 'No news from the arm.',
      message: 'The arm ran no motion for Forager. Its state packets stopped.',
      tip: 'Look at the arm itself. Check cable and Control unit, then connect again.',
    }
  }
  if (after.mode !== 'reflex' || before.mode === 'reflex') return null
  return {
    ...facts,
    code: 'reflex-at-rest',
    title: 'The robot stopped itself while Forager moved nothing.',
    message: `The robot reports: ${after.errors.join(', ') || 'no flag'}.`,
    tip: 'Look at the arm. When nothing touches it, press Recover.',
  }
}
