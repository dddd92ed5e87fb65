import { z } from 'zod'
import type { SessionLive } from '../../contract/session.ts'
import { sessionStartSchema } from '../../contract/session.ts'
import type { LiveReader } from './services.ts'
import { caughtUp, changeFlag, newest, pause } from './subscription.ts'
import type { Subscriber } from './subscription.ts'
import { procedure, router } from './trpc.ts'

const LIVE_EVERY = 100 // ms

export const sessionRouter = router({
  explorers: procedure.query(({ ctx }) => ctx.services.session.explorers()),
  plan: procedure.input(sessionStartSchema).query(({ ctx, input }) => ctx.services.session.plan(input)),
  suggestName: procedure
    .input(z.object({ explorer: z.string() }))
    .query(({ ctx, input }) => ctx.services.session.suggestName(input.explorer)),
  start: procedure.input(sessionStartSchema).mutation(({ ctx, input }) => ctx.services.session.start(input)),
  pause: procedure
    .input(z.object({ when: z.enum(['episode', 'now']) }))
    .mutation(({ ctx, input }) => ctx.services.session.pause(input.when)),
  resume: procedure.mutation(({ ctx }) => ctx.services.session.resume()),
  end: procedure.mutation(({ ctx }) => ctx.services.session.end()),
  watch: procedure.subscription(({ ctx, signal }) =>
    newest(ctx.services.session.progress, 250, { signal, backlog: ctx.backlog }),
  ),
  live: procedure.subscription(({ ctx, signal }) =>
    liveRows(ctx.services.session.live(), { signal, backlog: ctx.backlog }),
  ),
  /** Puts a finished run's summary away. */
  dismiss: procedure.mutation(({ ctx }) => ctx.services.session.dismiss()),
})

/** Everything that is new to this subscriber, in order: a slow one gets larger messages, not more of them. */
async function* liveRows(reader: LiveReader, subscriber: Subscriber): AsyncGenerator<SessionLive, void> {
  const changed = changeFlag(reader, subscriber.signal)
  try {
    do {
      await caughtUp(subscriber)
      changed.clear()
      const rows = reader.take()
      if (rows !== null) yield rows
      await pause(LIVE_EVERY, subscriber.signal)
    } while (await changed.wait())
  } finally {
    changed.end()
  }
}
