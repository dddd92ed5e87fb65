/** The stop box's frame once more, bit by bit from its table, so that the native decoder meets other code than its own. */
export interface BoxFrame {
  sequence: number
  inputs: number
  uptime: number
  flags: number
}

export const BoxInput = { channelA: 1, channelB: 2, grip: 4, reset: 8 } as const

/** CRC-8 as long division of the message by x^8 + x^2 + x + 1. */
export function remainder(bytes: ArrayLike<number>): number {
  const bits = Array.from(bytes).flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => (byte >> bit) & 1))
  bits.push(0, 0, 0, 0, 0, 0, 0, 0)
  const divisor = [1, 0, 0, 0, 0, 0, 1, 1, 1]
  for (let at = 0; at < bits.length - 8; at++) if (bits[at] === 1) divisor.forEach((bit, i) => (bits[at + i]! ^= bit))
  return bits.slice(-8).reduce((value, bit) => 2 * value + bit, 0)
}

export function boxFrame({ sequence, inputs, uptime, flags }: BoxFrame): Uint8Array {
  const body = [0xa5, 1, sequence & 0xff, inputs & 0xff, uptime & 0xff, (uptime >> 8) & 0xff, flags & 0xff]
  return Uint8Array.from([...body, remainder(body)])
}
