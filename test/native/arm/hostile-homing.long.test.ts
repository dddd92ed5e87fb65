// A single sequence: native/build/hostile-homing NUMBER 1.
import { beforeAll, test } from 'vitest'
import { ChunkProgress } from '../../doubles/chunk-progress.ts'
import { expectHome, hostileHoming } from './hostile-homing.ts'
import { buildJudgedProgram } from './judged-program.ts'

const CHUNK = 2000
const chunks = Array.from({ length: 10 }, (_, chunk) => chunk * CHUNK)
const progress = new ChunkProgress('hostile homing', chunks.length)

beforeAll(() => buildJudgedProgram('hostile-homing'))

test.each(chunks)('returns home from %i on end at home or at rest with a cause, and break nothing', (first) => {
  let outcome = `sequences from ${first} on failed`
  try {
    const report = hostileHoming(first, CHUNK)
    expectHome(report)
    outcome = `sequences from ${first} on in ${report.seconds} s`
  } finally {
    progress.done(outcome)
  }
})
