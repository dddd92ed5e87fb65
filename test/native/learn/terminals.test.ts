import { expect, test } from 'vitest'
import { everyWay, learners, makeJob, makeReplay } from './jobs-under-test.ts'
import { trainToEnd } from './train-to-end.ts'

/** Learners whose published code stored time limits as terminals. */
const CUTS_AS_TERMINALS = ['td3', 'bcq', 'sac']

/** Roll-outs of a learned model carry no value past their end: terminals say nothing to them. */
const valuing = everyWay.filter(([learner]) => learner !== 'rollout')

const allEnd = makeReplay({ terminal: true })
const allCut = makeReplay({ terminal: false })

async function bytesAfter(replay: typeof allEnd, learner: string, mode: string): Promise<Buffer> {
  const job = makeJob(replay, { learner, mode })
  await trainToEnd(job, 12)
  const bytes = Buffer.from(job.checkpoint())
  job.close()
  return bytes
}

test.each(valuing)('%s, %s: a cut is a terminal only where the published code made it one', async (learner, mode) => {
  const same = (await bytesAfter(allEnd, learner, mode)).equals(await bytesAfter(allCut, learner, mode))
  expect(same).toBe(mode === 'published' && CUTS_AS_TERMINALS.includes(learner))
  const setting = learners.find(({ name }) => name === learner)?.settings.find(({ key }) => key === 'endsTerminal')
  expect(setting?.defaults[mode as 'paper'] === 1).toBe(same)
})
