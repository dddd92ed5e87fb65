import { z } from 'zod'
import { evaluationStartSchema } from '../../contract/evaluation.ts'
import { goalSchema } from '../../contract/task.ts'
import { newest } from './subscription.ts'
import { procedure, router } from './trpc.ts'

export const evaluationRouter = router({
  goals: procedure.query(({ ctx }) => ctx.services.evaluation.goals()),
  setGoals: procedure
    .input(z.array(goalSchema).min(1, 'Keep at least one goal.').max(26))
    .mutation(({ ctx, input }) => ctx.services.evaluation.setGoals(input)),
  grid: procedure.subscription(({ ctx, signal }) =>
    newest(ctx.services.evaluation.grid, 250, { signal, backlog: ctx.backlog }),
  ),
  /** Policies that have no place in the grid. */
  others: procedure.subscription(({ ctx, signal }) =>
    newest(ctx.services.evaluation.others, 250, { signal, backlog: ctx.backlog }),
  ),
  start: procedure.input(evaluationStartSchema).mutation(({ ctx, input }) => ctx.services.evaluation.start(input)),
  /** After the running try. */
  stop: procedure.mutation(({ ctx }) => ctx.services.evaluation.stop()),
  watch: procedure.subscription(({ ctx, signal }) =>
    newest(ctx.services.evaluation.progress, 33, { signal, backlog: ctx.backlog }),
  ),
  trace: procedure
    .input(z.object({ tryId: z.string() }))
    .query(({ ctx, input }) => ctx.services.evaluation.trace(input.tryId)),
  exportCsv: procedure.query(({ ctx }) => ctx.services.evaluation.exportCsv()),
  exportOthersCsv: procedure.query(({ ctx }) => ctx.services.evaluation.exportOthersCsv()),
  exportSvg: procedure.query(({ ctx }) => ctx.services.evaluation.exportSvg()),
})
