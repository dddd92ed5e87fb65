import { z } from 'zod'
import { polled } from './subscription.ts'
import { procedure, router } from './trpc.ts'

/** Other processes work on experiments; what they do is seen by looking again, ms. */
const LIST_EVERY = 3000
const VIEW_EVERY = 1000

const byId = z.object({ id: z.string().max(255) })

export const experimentRouter = router({
  list: procedure.subscription(({ ctx, signal }) =>
    polled(() => ctx.services.experiment.list(), LIST_EVERY, { signal, backlog: ctx.backlog }),
  ),
  watch: procedure
    .input(byId)
    .subscription(({ ctx, input, signal }) =>
      polled(() => ctx.services.experiment.view(input.id), VIEW_EVERY, { signal, backlog: ctx.backlog }),
    ),
  curve: procedure
    .input(byId.extend({ row: z.string().max(255), column: z.string().max(255) }))
    .query(({ ctx, input }) => ctx.services.experiment.curve(input.id, input.row, input.column)),
  files: procedure
    .input(byId.extend({ kind: z.enum(['csv', 'svg']) }))
    .query(({ ctx, input }) => ctx.services.experiment.files(input.id, input.kind)),
})
