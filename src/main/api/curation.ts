import { z } from 'zod'
import { curationWishSchema } from '../../contract/curation.ts'
import { datasetNameSchema } from '../../contract/dataset.ts'
import { viewOrderSchema } from '../../contract/view.ts'
import { newest } from './subscription.ts'
import { procedure, router } from './trpc.ts'

const byId = z.object({ id: z.string() })
const operator = z.string().trim().max(120)

export const curationRouter = router({
  /** Of one dataset. */
  state: procedure.input(byId).query(({ ctx, input }) => ctx.services.curation.state(input.id)),
  change: procedure
    .input(byId.extend({ wish: curationWishSchema, operator }))
    .mutation(({ ctx, input }) => ctx.services.curation.curate(input.id, input.wish, input.operator)),
  views: procedure.subscription(({ ctx, signal }) =>
    newest(ctx.services.curation.views, 250, { signal, backlog: ctx.backlog }),
  ),
  /** What a view would hold; writes nothing. */
  preview: procedure.input(viewOrderSchema).query(({ ctx, input }) => ctx.services.curation.preview(input)),
  saveView: procedure
    .input(viewOrderSchema.extend({ name: datasetNameSchema, operator }))
    .mutation(({ ctx, input: { name, operator: by, ...order } }) => ctx.services.curation.saveView(name, order, by)),
  trash: procedure.query(({ ctx }) => ctx.services.curation.trash()),
  putAway: procedure
    .input(byId.extend({ kind: z.enum(['dataset', 'view']) }))
    .mutation(({ ctx, input }) => ctx.services.curation.putAway(input.kind, input.id)),
  restore: procedure.input(byId).mutation(({ ctx, input }) => ctx.services.curation.restore(input.id)),
  /** For good. */
  erase: procedure.input(byId).mutation(({ ctx, input }) => ctx.services.curation.erase(input.id)),
  /** Takes a dataset that lies elsewhere off the list. */
  forget: procedure.input(byId).mutation(({ ctx, input }) => ctx.services.curation.forget(input.id)),
})
