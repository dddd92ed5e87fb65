import { beforeAll, describe, expect, it } from 'vitest'
import { buildPacketFuzz, expectSafe, packetFuzz, PARTS } from './packet-fuzz.ts'

const PACKETS = 20_000 // in each direction; the long lane sends ten million, with sanitizers
const BUILD_WITHIN = 600_000 // ms
let program = ''

beforeAll(() => {
  program = buildPacketFuzz(false)
}, BUILD_WITHIN)

describe('mutated packets', () => {
  it.each(PARTS)('never make %s answer with anything unsafe', async (part) => {
    expectSafe(await packetFuzz(program, part, 5, PACKETS, 1), PACKETS)
  }, 60_000)

  it.each(['arm-client', 'arm-server'] as const)('nor %s on protocol 9', async (part) => {
    expectSafe(await packetFuzz(program, part, 9, PACKETS, 2), PACKETS)
  }, 60_000)

  it('come out the same again with the same seed, where no clock is in play', async () => {
    const [once, again] = [await packetFuzz(program, 'stop-box', 5, PACKETS, 7), await packetFuzz(program, 'stop-box', 5, PACKETS, 7)]
    expect(again).toEqual(once)
  })
})
