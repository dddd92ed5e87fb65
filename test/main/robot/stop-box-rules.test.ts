import { beforeEach, describe, expect, it } from 'vitest'
import { StopBoxInput } from '../../../src/main/robot/stop-box-frame.ts'
import { StopBoxRules } from '../../../src/main/robot/stop-box-rules.ts'

const { channelA: A, channelB: B, reset: RESET } = StopBoxInput

describe('rules of the stop box', () => {
  let rules: StopBoxRules
  let now: number
  let sequence: number

  const send = (inputs: number, step = 1) => {
    now += 20
    sequence = (sequence + step) & 0xff
    return rules.frame({ sequence, inputs, uptime: 0, flags: 0 }, now)
  }
  const release = () => {
    send(A | B)
    send(A | B | RESET)
    send(A | B)
  }

  beforeEach(() => {
    rules = new StopBoxRules()
    now = 1000
    sequence = 250
  })

  it('starts stopped and needs both channels and a fresh press of reset', () => {
    expect(rules.status(now).state).toBe('waiting')
    // Reset held since before the first frame is no fresh press.
    send(A | B | RESET)
    send(A | B | RESET)
    expect(rules.released).toBe(false)
    send(A | B)
    send(A | B | RESET)
    expect(rules.released).toBe(true)
    expect(rules.status(now).state).toBe('closed')
  })

  it.each([
    ['channel A', B],
    ['channel B', A],
    ['both channels', 0],
  ])('stops at once when %s opens', (_what, inputs) => {
    release()
    expect(send(inputs)?.code).toBe('stop-box-pressed')
    expect(rules.released).toBe(false)
    expect(rules.status(now).state).toBe('pressed')
  })

  it('stays stopped after the button is released, until reset is pressed', () => {
    release()
    send(0)
    send(A | B)
    expect(rules.released).toBe(false)
    expect(rules.status(now).message).toContain('Press reset')
    send(A | B | RESET)
    expect(rules.released).toBe(true)
  })

  it('is not released by a reset that is held while the button closes', () => {
    release()
    send(RESET)
    send(A | B | RESET)
    expect(rules.released).toBe(false)
  })

  it('stops after 100 ms without a frame, and not before', () => {
    release()
    expect(rules.tick(now + 100)).toBeNull()
    expect(rules.tick(now + 101)?.code).toBe('stop-box-lost')
    expect(rules.status(now + 101).state).toBe('lost')
  })

  it('takes a repeated sequence number for silence', () => {
    release()
    const lastNews = now
    for (let i = 0; i < 6; i++) expect(send(A | B, 0)).toBeNull()
    expect(rules.age(now)).toBe(now - lastNews)
    expect(rules.tick(now)?.code).toBe('stop-box-lost')
  })

  it('stops when the sequence jumps back, and accepts the wrap at 255', () => {
    release()
    for (let i = 0; i < 300; i++) expect(send(A | B)).toBeNull()
    expect(send(A | B, -3)?.code).toBe('stop-box-sequence')
  })

  it('calls channels that differ for more than 50 ms a broken wire, which only both open can clear', () => {
    release()
    send(A)
    expect(rules.tick(now + 50)).toBeNull()
    expect(rules.tick(now + 51)?.code).toBe('stop-box-disagree')
    send(A | B)
    send(A | B | RESET)
    expect(rules.released).toBe(false)
    send(0)
    send(A | B)
    send(A | B | RESET)
    expect(rules.released).toBe(true)
  })

  it('stops at three damaged frames within 1 s, not at three in a longer time', () => {
    release()
    expect(rules.crcErrors(1, 0)).toBeNull()
    expect(rules.crcErrors(1, 600)).toBeNull()
    expect(rules.crcErrors(1, 1200)).toBeNull()
    expect(rules.crcErrors(1, 1300)?.code).toBe('stop-box-noise')
    expect(rules.released).toBe(false)
  })
})
