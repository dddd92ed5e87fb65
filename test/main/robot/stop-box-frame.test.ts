import { describe, expect, it } from 'vitest'
import { crc8, encodeStopBoxFrame, StopBoxDecoder } from '../../../src/main/robot/stop-box-frame.ts'

const frame = (sequence: number, inputs = 3) => ({ sequence, inputs, uptime: 0x1234, flags: 7 })

describe('frame of the stop box', () => {
  it('has the standard CRC-8 check value', () => {
    // The catalogue value of CRC-8 (polynomial 0x07, start 0) over "123456789".
    expect(crc8(new TextEncoder().encode('123456789'))).toBe(0xf4)
  })

  it('is eight bytes in the documented order', () => {
    const bytes = encodeStopBoxFrame(frame(200, 0x0b))
    expect([...bytes.subarray(0, 7)]).toEqual([0xa5, 1, 200, 0x0b, 0x34, 0x12, 7])
    expect(bytes[7]).toBe(crc8(bytes.subarray(0, 7)))
  })

  it('is found whole when it comes byte by byte', () => {
    const decoder = new StopBoxDecoder()
    const found = [...encodeStopBoxFrame(frame(9))].flatMap((byte) => decoder.push(Uint8Array.of(byte)).frames)
    expect(found).toEqual([frame(9)])
  })

  it('is found again after rubbish, a start byte inside data, and a lost byte', () => {
    const decoder = new StopBoxDecoder()
    const first = encodeStopBoxFrame(frame(0xa5, 0xa5))
    const second = encodeStopBoxFrame(frame(2))
    const third = encodeStopBoxFrame(frame(3))
    const stream = Uint8Array.from([0, 0xa5, 1, 9, ...first, ...second.subarray(0, 5), ...third])
    const { frames } = decoder.push(stream)
    expect(frames.map(({ sequence }) => sequence)).toEqual([0xa5, 3])
  })

  it('counts each damaged frame once', () => {
    const decoder = new StopBoxDecoder()
    const damaged = encodeStopBoxFrame(frame(1))
    damaged[3] = 0
    const { frames, crcErrors } = decoder.push(Uint8Array.from([...damaged, ...encodeStopBoxFrame(frame(2))]))
    expect(crcErrors).toBe(1)
    expect(frames).toEqual([frame(2)])
  })

  it('accepts no frame with any single bit turned over', () => {
    for (let bit = 0; bit < 64; bit++) {
      const bytes = encodeStopBoxFrame(frame(77))
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(new StopBoxDecoder().push(bytes).frames, `bit ${bit}`).toEqual([])
    }
  })
})
