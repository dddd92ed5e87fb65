import { problemOf } from '../../contract/problem.ts'
import { livesWithOwner, parentChannel } from '../platform/parent-channel.ts'
import { importPolicy } from '../policy/exchange/import-policy.ts'
import type { ImportOrder } from '../policy/exchange/import-policy.ts'
import type { ImportNews } from './import-process.ts'

/**
 * Process of one import of a policy, its first message: a foreign file is read, and tried where TensorFlow.js runs it,
 * away from everything else.
 */
livesWithOwner()
const parent = parentChannel()
const send = (news: ImportNews): void => parent.send(news)

parent.onMessage((order) => {
  importPolicy(order as ImportOrder).then(
    (sheet) => send({ sheet }),
    (error: unknown) => send({ problem: problemOf(error) }),
  )
})
