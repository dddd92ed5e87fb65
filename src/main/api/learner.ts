import { z } from 'zod'
import type { CurvePoint } from '../../contract/learner.ts'
import { trainStartSchema } from '../../contract/learner.ts'
import type { LearnerService } from './services.ts'
import { caughtUp, changeFlag, newest, pause } from './subscription.ts'
import type { Subscriber } from './subscription.ts'
import { procedure, router } from './trpc.ts'

const CURVE_EVERY = 250 // ms
const byId = z.object({ id: z.string() })

export const learnerRouter = router({
  learners: procedure.query(({ ctx }) => ctx.services.learner.learners()),
  jobs: procedure.subscription(({ ctx, signal }) =>
    newest(ctx.services.learner.jobs, 250, { signal, backlog: ctx.backlog }),
  ),
  start: procedure.input(trainStartSchema).mutation(async ({ ctx, input }) => {
    const { id } = await ctx.services.learner.add(input)
    return { id }
  }),
  /** Keeps the checkpoint. */
  stop: procedure.input(byId).mutation(({ ctx, input }) => ctx.services.learner.stop(input.id)),
  /** Holds the training that runs; `resume` lets it go on. */
  pause: procedure.input(byId).mutation(({ ctx, input }) => ctx.services.learner.pause(input.id)),
  resume: procedure.input(byId).mutation(({ ctx, input }) => ctx.services.learner.resume(input.id)),
  /** Waiting or ended jobs only. */
  remove: procedure.input(byId).mutation(({ ctx, input }) => ctx.services.learner.remove(input.id)),
  curve: procedure
    .input(byId)
    .subscription(({ ctx, input, signal }) =>
      curvePoints(ctx.services.learner, input.id, { signal, backlog: ctx.backlog }),
    ),
})

export interface CurveMessage {
  /** True: forget the points of before, these are the whole curve. */
  reset: boolean
  points: CurvePoint[]
}

/** The whole curve first, then what is new; whole again when a resumed training went back to its checkpoint. */
async function* curvePoints(
  learner: LearnerService,
  id: string,
  subscriber: Subscriber,
): AsyncGenerator<CurveMessage, void> {
  const changed = changeFlag(learner.jobs, subscriber.signal)
  let sent = 0
  let lastUpdate = -1
  let reset = true
  try {
    do {
      await caughtUp(subscriber)
      changed.clear()
      const newPoints = learner.curve(id, sent)
      const anchor = sent > 0 ? learner.curve(id, sent - 1)[0] : undefined
      if (sent > 0 && anchor?.update !== lastUpdate) {
        sent = 0
        reset = true
      }
      const points = reset ? learner.curve(id, 0) : newPoints
      if (reset || points.length > 0) yield { reset, points }
      reset = false
      sent += points.length
      lastUpdate = points.at(-1)?.update ?? lastUpdate
      await pause(CURVE_EVERY, subscriber.signal)
    } while (await changed.wait())
  } finally {
    changed.end()
  }
}
