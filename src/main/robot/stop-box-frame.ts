/**
 * Wire format of the stop box, both directions: 8 bytes, 115200 baud.
 *
 * | byte | field | meaning |
 * | ---- | ----- | ------- |
 * | 0 | start | 0xA5 |
 * | 1 | version | 1 |
 * | 2 | sequence | u8, one more than the frame before |
 * | 3 | inputs | box: bit 0 channel A closed, 1 channel B closed, 2 dead-man in the middle, 3 reset pressed; host: bit 0 listening, 1 armed |
 * | 4, 5 | uptime | u16 little-endian, 10 ms units, wraps |
 * | 6 | flags | battery and spare bits |
 * | 7 | check | CRC-8, polynomial 0x07, start value 0, over bytes 0..6 |
 */
export interface StopBoxFrame {
  sequence: number
  inputs: number
  /** 10 ms units */
  uptime: number
  flags: number
}

export const StopBoxInput = { channelA: 1, channelB: 2, deadMan: 4, reset: 8 } as const
export const HostInput = { listening: 1, armed: 2 } as const

const START = 0xa5
const VERSION = 1
const LENGTH = 8

export function crc8(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : (crc << 1) & 0xff
  }
  return crc
}

export function encodeStopBoxFrame(frame: StopBoxFrame): Uint8Array {
  const bytes = new Uint8Array(LENGTH)
  bytes[0] = START
  bytes[1] = VERSION
  bytes[2] = frame.sequence & 0xff
  bytes[3] = frame.inputs & 0xff
  bytes[4] = frame.uptime & 0xff
  bytes[5] = (frame.uptime >> 8) & 0xff
  bytes[6] = frame.flags & 0xff
  bytes[7] = crc8(bytes.subarray(0, 7))
  return bytes
}

/** Cuts a byte stream into frames and finds the next start after rubbish. */
export class StopBoxDecoder {
  #rest = new Uint8Array(0)

  /**
   * Takes bytes as they came; returns the whole valid frames among them and how many candidates had a wrong check.
   * After a wrong check the search goes on at the next byte, so one lost byte costs one frame.
   */
  push(bytes: Uint8Array): { frames: StopBoxFrame[]; crcErrors: number } {
    const joined = new Uint8Array(this.#rest.length + bytes.length)
    joined.set(this.#rest)
    joined.set(bytes, this.#rest.length)
    const frames: StopBoxFrame[] = []
    let crcErrors = 0
    let at = 0
    while (at < joined.length) {
      if (joined[at] !== START || (at + 1 < joined.length && joined[at + 1] !== VERSION)) {
        at++
        continue
      }
      if (at + LENGTH > joined.length) break
      const frame = joined.subarray(at, at + LENGTH)
      if (crc8(frame.subarray(0, 7)) === frame[7]) {
        frames.push(fields(frame))
        at += LENGTH
      } else {
        crcErrors++
        at++
      }
    }
    this.#rest = joined.slice(at)
    return { frames, crcErrors }
  }
}

function fields(bytes: Uint8Array): StopBoxFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, LENGTH)
  return {
    sequence: view.getUint8(2),
    inputs: view.getUint8(3),
    uptime: view.getUint16(4, true),
    flags: view.getUint8(6),
  }
}
