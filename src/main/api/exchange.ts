import { z } from 'zod'
import { exportStartSchema, importLookSchema, importStartSchema } from '../../contract/exchange-job.ts'
import { newest } from './subscription.ts'
import { procedure, router } from './trpc.ts'

const byId = z.object({ id: z.string() })

/** Datasets to and from the formats of other tools. */
export const exchangeRouter = router({
  /** Newest first; a job stays until it is dismissed. */
  jobs: procedure.subscription(({ ctx, signal }) =>
    newest(ctx.services.exchange.jobs, 250, { signal, backlog: ctx.backlog }),
  ),
  survey: procedure.input(byId).query(({ ctx, input }) => ctx.services.exchange.survey(input.id)),
  room: procedure
    .input(z.object({ out: z.string().max(4096) }))
    .query(({ ctx, input }) => ctx.services.exchange.room(input.out)),
  export: procedure.input(exportStartSchema).mutation(({ ctx, input }) => ctx.services.exchange.startExport(input)),
  look: procedure.input(importLookSchema).query(({ ctx, input }) => ctx.services.exchange.look(input)),
  import: procedure.input(importStartSchema).mutation(({ ctx, input }) => ctx.services.exchange.startImport(input)),
  cancel: procedure.input(byId).mutation(({ ctx, input }) => {
    ctx.services.exchange.cancel(input.id)
  }),
  forget: procedure.input(byId).mutation(({ ctx, input }) => {
    ctx.services.exchange.forget(input.id)
  }),
})
