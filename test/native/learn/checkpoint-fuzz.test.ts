import { describe, expect, test } from 'vitest'
import { Mutations } from '../../main/policy/mutations.ts'
import { everyWay, makeJob, makeReplay } from './jobs-under-test.ts'
import { reseal } from './sealed-checkpoint.ts'
import { trainToEnd } from './train-to-end.ts'

const replay = makeReplay()
const REFUSED =
  /^(These bytes are not a training checkpoint|The training checkpoint is damaged|The training checkpoint is of another|The training checkpoint has values that are not finite|The checkpoint has another size)/

/** What restore() says; empty when it takes the bytes. */
function refusalOf(job: ReturnType<typeof makeJob>, bytes: Uint8Array): string {
  try {
    job.restore(bytes)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

describe('a checkpoint that is not whole', () => {
  test('is refused three thousand times over, and the job trains on to the bytes of one that met none', async () => {
    const job = makeJob(replay, { settings: { hidden1: 8, hidden2: 8, batch: 8 } })
    const untouched = makeJob(replay, { settings: { hidden1: 8, hidden2: 8, batch: 8 } })
    for (const each of [job, untouched]) await trainToEnd(each, 7)
    const whole = job.checkpoint()
    const damage = new Mutations(20)
    for (let round = 0; round < 3000; round++) {
      const bytes = damage.bytes(whole)
      if (Buffer.from(bytes).equals(whole)) continue // a zero written over a zero
      expect(refusalOf(job, bytes), `round ${round}`).toMatch(REFUSED)
    }
    expect(job.checkpoint()).toEqual(whole)
    for (const each of [job, untouched]) await trainToEnd(each, 20)
    expect(job.checkpoint()).toEqual(untouched.checkpoint())
    for (const each of [job, untouched]) each.close()
  })

  test('with a checksum made to fit is refused, or is a state that trains and is kept like any other', async () => {
    const settings = { hidden1: 4, hidden2: 4, batch: 4 }
    const job = makeJob(replay, { settings })
    await trainToEnd(job, 3)
    const whole = job.checkpoint()
    const damage = new Mutations(21)
    let taken = 0
    for (let round = 0; round < 300; round++) {
      const bytes = Uint8Array.from(damage.bytes(whole))
      if (bytes.length < 16) continue
      reseal(bytes)
      const message = refusalOf(job, bytes)
      if (message !== '') {
        expect(message, `round ${round}`).toMatch(REFUSED)
        continue
      }
      taken += 1
      const { updates } = job.progress()
      // A made-up count of updates may be out of reach of a number; then there is nothing to train.
      if (updates < 2 ** 50) expect(['done', 'diverged']).toContain((await trainToEnd(job, updates + 2)).state)
      expect(refusalOf(job, whole)).toBe('')
    }
    expect(taken).toBeGreaterThan(10)
    expect(job.checkpoint()).toEqual(whole)
    job.close()
  })

  test('with lengths that lie is refused', () => {
    const job = makeJob(replay)
    const whole = job.checkpoint()
    for (const length of [0n, 1n, 2n ** 31n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n - 24n, BigInt(whole.length)]) {
      const bytes = whole.slice()
      new DataView(bytes.buffer).setBigUint64(16, length, true)
      reseal(bytes)
      expect(refusalOf(job, bytes)).toMatch(REFUSED)
    }
    job.close()
  })
})

test('no learner or mode takes the checkpoint of another, nor one spliced from two', async () => {
  const jobs = everyWay.map(([learner, mode]) => ({ way: `${learner} ${mode}`, job: makeJob(replay, { learner, mode }) }))
  for (const { job } of jobs) await trainToEnd(job, 1)
  const states = jobs.map(({ way, job }) => ({ way, bytes: job.checkpoint() }))
  for (const { way, job } of jobs)
    for (const { way: other, bytes } of states) {
      if (other === way) continue
      expect(refusalOf(job, bytes), `${way} given ${other}`).toMatch(/another learner, mode, shape or settings/)
      const own = states.find((state) => state.way === way)!.bytes
      const cut = Math.min(own.length, bytes.length) >> 1
      const spliced = Uint8Array.from([...own.subarray(0, cut), ...bytes.subarray(cut)])
      expect(refusalOf(job, spliced), `${way} spliced with ${other}`).toMatch(REFUSED)
    }
  for (const [i, { job }] of jobs.entries()) {
    expect(Buffer.from(job.checkpoint()).equals(states[i]!.bytes)).toBe(true)
    job.close()
  }
})
