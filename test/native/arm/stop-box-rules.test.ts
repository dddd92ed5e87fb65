import { beforeEach, describe, expect, it } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import type { StopBoxProbe } from '../../../src/main/platform/native-stop-box.ts'
import { boxFrame, BoxInput } from '../../doubles/stop-box-frame.ts'

const { channelA: A, channelB: B, grip: GRIP, reset: RESET } = BoxInput

let rules: StopBoxProbe
let now: number
let sequence: number

/** One frame 20 ms later; returns the code of the trip it causes, or empty. */
const send = (inputs: number, step = 1): string => {
  now += 20
  sequence = (sequence + step) & 0xff
  return rules.push(boxFrame({ sequence, inputs, uptime: 0, flags: 0 }), now).trip
}
const released = (): boolean => rules.state(now).released
const damagedAt = (ms: number): string => {
  const bytes = boxFrame({ sequence: 1, inputs: 3, uptime: 0, flags: 0 })
  bytes[7] = (bytes[7] ?? 0) ^ 0x55
  return rules.push(bytes, ms).trip
}
const begin = (needsGrip: boolean): void => {
  rules = new native.StopBoxProbe(100, needsGrip)
  now = 1000
  sequence = 250
}

describe('rules of the stop box', () => {
  beforeEach(() => begin(false))

  const release = (): void => {
    send(A | B)
    send(A | B | RESET)
    send(A | B)
  }

  it('starts stopped and needs both channels and a fresh press of reset', () => {
    expect(rules.state(now).state).toBe('waiting')
    // Reset held since before the first frame is no fresh press.
    send(A | B | RESET)
    send(A | B | RESET)
    expect(released()).toBe(false)
    send(A | B)
    send(A | B | RESET)
    expect(released()).toBe(true)
    expect(rules.state(now).state).toBe('closed')
  })

  it.each([
    ['channel A', B],
    ['channel B', A],
    ['both channels', 0],
  ])('stops at once when %s opens', (_what, inputs) => {
    release()
    expect(send(inputs)).toBe('stop-box-pressed')
    expect(released()).toBe(false)
    expect(rules.state(now).state).toBe('pressed')
  })

  it('stays stopped after the button is released, until reset is pressed', () => {
    release()
    send(0)
    send(A | B)
    expect(released()).toBe(false)
    expect(rules.state(now).message).toContain('Press reset')
    send(A | B | RESET)
    expect(released()).toBe(true)
  })

  it('is not released by a reset that is held while the button closes', () => {
    release()
    send(RESET)
    send(A | B | RESET)
    expect(released()).toBe(false)
  })

  it('stops after 100 ms without a frame, and not before', () => {
    release()
    expect(rules.tick(now + 100)).toBe('')
    expect(rules.tick(now + 101)).toBe('stop-box-lost')
    expect(rules.state(now + 101).state).toBe('lost')
  })

  it('takes a repeated sequence number for silence', () => {
    release()
    for (let i = 0; i < 6; i++) expect(send(A | B, 0)).toBe('')
    expect(rules.tick(now)).toBe('stop-box-lost')
  })

  it('stops when the sequence jumps back, and accepts the wrap at 255', () => {
    release()
    for (let i = 0; i < 300; i++) expect(send(A | B)).toBe('')
    expect(send(A | B, -3)).toBe('stop-box-sequence')
  })

  it('calls channels that differ for more than 50 ms a broken wire, which only both open can clear', () => {
    release()
    send(A)
    expect(rules.tick(now + 50)).toBe('')
    expect(rules.tick(now + 51)).toBe('stop-box-disagree')
    send(A | B)
    send(A | B | RESET)
    expect(released()).toBe(false)
    send(0)
    send(A | B)
    send(A | B | RESET)
    expect(released()).toBe(true)
  })

  it('stops at three damaged frames within 1 s, not at three in a longer time', () => {
    release()
    expect(damagedAt(2000)).toBe('')
    expect(damagedAt(2600)).toBe('')
    expect(damagedAt(3200)).toBe('')
    expect(damagedAt(3300)).toBe('stop-box-noise')
    expect(released()).toBe(false)
  })
})

describe('enabling grip', () => {
  beforeEach(() => begin(true))

  const release = (): void => {
    send(A | B | GRIP)
    send(A | B | GRIP | RESET)
    send(A | B | GRIP)
  }

  it('must be held before reset counts', () => {
    send(A | B)
    send(A | B | RESET)
    expect(released()).toBe(false)
    expect(rules.state(now).message).toContain('enabling grip')
    release()
    expect(released()).toBe(true)
  })

  it('stops when it is let go or squeezed fully, and needs grip and reset again', () => {
    release()
    expect(send(A | B)).toBe('dead-man')
    expect(send(A | B | GRIP)).toBe('')
    expect(released()).toBe(false)
    send(A | B | GRIP | RESET)
    expect(released()).toBe(true)
  })

  it('gives the button its own words', () => {
    release()
    expect(send(GRIP)).toBe('stop-box-pressed')
  })
})
