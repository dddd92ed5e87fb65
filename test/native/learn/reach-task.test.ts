import { expect, test } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { everyWay, makeJob, makeReplay } from './jobs-under-test.ts'
import { trainToEnd } from './train-to-end.ts'

const replay = makeReplay()
const reach = { goal: Float32Array.of(0.4, -0.2, 0.5), model: armModel() }

/** Row 2 of the register: `test/oracle/README.md`. */
const averages = (learner: string, mode: string) => mode === 'published' && ['td3', 'bcq'].includes(learner)

// The roll-out learner knows the arm's geometry; all others know rewards alone.
const ways = everyWay.filter(([learner]) => learner !== 'rollout')

test.each(ways)('row 2, a reach task changes what %s %s learns only where the released code averages', async (learner, mode) => {
  const learnt = async (task: object) => {
    const job = makeJob(replay, { learner, mode, ...task })
    await trainToEnd(job, 3)
    const networks = job.networks()
    job.close()
    return networks
  }
  const [without, withTask] = [await learnt({}), await learnt({ reach })]
  if (averages(learner, mode)) expect(withTask['critic1']).not.toEqual(without['critic1'])
  else expect(withTask).toEqual(without)
})
