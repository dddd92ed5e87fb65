import { z } from 'zod'
import { replayStartSchema } from '../../contract/replay.ts'
import { newest } from './subscription.ts'
import { procedure, router } from './trpc.ts'

export const replayRouter = router({
  start: procedure.input(replayStartSchema).mutation(({ ctx, input }) => ctx.services.replay.start(input)),
  pause: procedure.mutation(({ ctx }) => ctx.services.replay.wish('pause')),
  resume: procedure.mutation(({ ctx }) => ctx.services.replay.wish('resume')),
  /** The arm comes to rest where it is. */
  stop: procedure.mutation(({ ctx }) => ctx.services.replay.wish('stop')),
  watch: procedure.subscription(({ ctx, signal }) =>
    newest(ctx.services.replay.progress, 100, { signal, backlog: ctx.backlog }),
  ),
  /** True when the episode may be replayed at more than half its speed. */
  mayBeFast: procedure
    .input(z.object({ dataset: z.string(), episode: z.int() }))
    .query(({ ctx, input }) => ctx.services.replay.mayBeFast(input.dataset, input.episode)),
})
