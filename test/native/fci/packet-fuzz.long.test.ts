import { beforeAll, describe, it } from 'vitest'
import { buildPacketFuzz, expectSafe, packetFuzz, PARTS } from './packet-fuzz.ts'

const PACKETS = 10_000_000 // in each direction
const CHUNK = 1_000_000
const HOUR = 3_600_000
/** Sanitizers come with gcc on Linux; elsewhere the same runs go without them. */
const sanitized = process.platform === 'linux'
let program = ''

beforeAll(() => {
  program = buildPacketFuzz(sanitized)
}, HOUR)

describe.each(PARTS)('ten million mutated packets against %s', (part) => {
  it.each(Array.from({ length: PACKETS / CHUNK }, (_, chunk) => chunk))(
    'chunk %i',
    async (chunk) => {
      // The versions of the arm's protocol in turn.
      expectSafe(await packetFuzz(program, part, 3 + (chunk % 7), CHUNK, 1000 + chunk), CHUNK)
    },
    HOUR,
  )
})
