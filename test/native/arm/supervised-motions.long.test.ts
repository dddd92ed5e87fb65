// All of it: npx vitest run --config vitest.long.config.ts test/native/arm/supervised-motions.long.test.ts
// One chunk: the same with -t "from 35000 on". A single sequence: native/build/supervised-motions NUMBER 1.
import { beforeAll, describe, test } from 'vitest'
import { ChunkProgress } from '../../doubles/chunk-progress.ts'
import { buildJudgedProgram } from './judged-program.ts'
import { expectHostile, expectUnbroken, supervisedMotions } from './supervised-motions.ts'

const CHUNK = 5000
const chunksFrom = (first: number, sequences: number): number[] =>
  Array.from({ length: sequences / CHUNK }, (_, chunk) => first + chunk * CHUNK)

beforeAll(() => buildJudgedProgram('supervised-motions'))

describe.each([
  { what: 'hostile policies never break a limit', chunks: chunksFrom(0, 100_000), lossy: false },
  {
    what: 'with lost states and commands they stay within what the robot does without commands',
    chunks: chunksFrom(200_000, 10_000),
    lossy: true,
  },
])('$what', ({ what, chunks, lossy }) => {
  const progress = new ChunkProgress(what, chunks.length)
  test.each(chunks)('sequences from %i on', (first) => {
    let outcome = `sequences from ${first} on failed`
    try {
      const report = supervisedMotions(first, CHUNK, lossy)
      expectUnbroken(report)
      if (!lossy) expectHostile(report)
      outcome = `sequences from ${first} on in ${report.seconds} s`
    } finally {
      progress.done(outcome)
    }
  })
})
