import { describe, expect, it } from 'vitest'
import { native } from '../../../src/main/platform/native.ts'
import { boxFrame, remainder } from '../../doubles/stop-box-frame.ts'

const frame = (sequence: number, inputs = 3) => ({ sequence, inputs, uptime: 0x1234, flags: 7 })
const decoder = () => new native.StopBoxProbe(100, false)

describe('frame of the stop box', () => {
  it('has the standard CRC-8 check value', () => {
    // The catalogue value of CRC-8 (polynomial 0x07, start 0) over "123456789".
    expect(remainder(new TextEncoder().encode('123456789'))).toBe(0xf4)
  })

  it('is read field by field in the documented order', () => {
    expect(decoder().push(boxFrame(frame(200, 0x0b)), 0).frames).toEqual([frame(200, 0x0b)])
  })

  it('is found whole when it comes byte by byte', () => {
    const one = decoder()
    expect([...boxFrame(frame(9))].flatMap((byte) => one.push(Uint8Array.of(byte), 0).frames)).toEqual([frame(9)])
  })

  it('is found again after rubbish, a start byte inside data, and a lost byte', () => {
    const first = boxFrame(frame(0xa5, 0xa5))
    const second = boxFrame(frame(2))
    const third = boxFrame(frame(3))
    const stream = Uint8Array.from([0, 0xa5, 1, 9, ...first, ...second.subarray(0, 5), ...third])
    expect(
      decoder()
        .push(stream, 0)
        .frames.map(({ sequence }) => sequence),
    ).toEqual([0xa5, 3])
  })

  it('counts each damaged frame once', () => {
    const damaged = boxFrame(frame(1))
    damaged[3] = 0
    const found = decoder().push(Uint8Array.from([...damaged, ...boxFrame(frame(2))]), 0)
    expect(found.damaged).toBe(1)
    expect(found.frames).toEqual([frame(2)])
  })

  it('accepts no frame with any single bit turned over', () => {
    for (let bit = 0; bit < 64; bit++) {
      const bytes = boxFrame(frame(77))
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(decoder().push(bytes, 0).frames, `bit ${bit}`).toEqual([])
    }
  })
})
