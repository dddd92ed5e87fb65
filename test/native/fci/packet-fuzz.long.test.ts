// All of it: npx vitest run --config vitest.long.config.ts test/native/fci/packet-fuzz.long.test.ts
// One chunk: the same with -t "arm-client, protocol 4, seed 1001"; or packet-fuzz PART PROTOCOL PACKETS SEED by itself.
import { beforeAll, describe, it } from 'vitest'
import { ChunkProgress } from '../../doubles/chunk-progress.ts'
import { buildPacketFuzz, expectSafe, packetFuzz, PARTS } from './packet-fuzz.ts'

const PACKETS = 10_000_000 // in each direction
const CHUNK = 1_000_000
const HOUR = 3_600_000
const OLDEST = 3 // of the arm's protocols, which take turns
const PROTOCOLS = 7
const FIRST_SEED = 1000
/** Sanitizers come with gcc on Linux; elsewhere the same runs go without them. */
const sanitized = process.platform === 'linux'
let program = ''

beforeAll(() => {
  program = buildPacketFuzz(sanitized)
}, HOUR)

const chunks = Array.from({ length: PACKETS / CHUNK }, (_, chunk) => ({
  protocol: OLDEST + (chunk % PROTOCOLS),
  seed: FIRST_SEED + chunk,
}))

describe.each(PARTS)('ten million mutated packets against %s', (part) => {
  const progress = new ChunkProgress(`packet fuzz, ${part}`, chunks.length)
  it.each(chunks)(
    `${part}, protocol $protocol, seed $seed`,
    async ({ protocol, seed }) => {
      const what = `protocol ${protocol}, seed ${seed}`
      let outcome = `${what} failed`
      try {
        const report = await packetFuzz(program, part, protocol, CHUNK, seed)
        expectSafe(report, CHUNK)
        outcome = `${what}: ${report.answers} answers, ${report.motions} motions`
      } finally {
        progress.done(outcome)
      }
    },
    HOUR,
  )
})
