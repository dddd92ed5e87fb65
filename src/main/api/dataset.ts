import { z } from 'zod'
import { endReasonSchema, episodeOrderSchema } from '../../contract/dataset.ts'
import { coverageNews } from './coverage-news.ts'
import { newest } from './subscription.ts'
import { procedure, router } from './trpc.ts'

const byId = z.object({ id: z.string() })

export const datasetRouter = router({
  list: procedure.subscription(({ ctx, signal }) =>
    newest(ctx.services.dataset.list, 250, { signal, backlog: ctx.backlog }),
  ),
  detail: procedure.input(byId).query(({ ctx, input }) => ctx.services.dataset.detail(input.id)),
  episodes: procedure
    .input(
      byId.extend({
        order: episodeOrderSchema,
        offset: z.int().min(0),
        limit: z.int().min(1).max(1000),
        endReason: endReasonSchema.optional(),
      }),
    )
    .query(({ ctx, input }) => ctx.services.dataset.episodes(input)),
  episode: procedure
    .input(byId.extend({ episode: z.int().min(1) }))
    .query(({ ctx, input }) => ctx.services.dataset.episode(input.id, input.episode)),
  cloud: procedure
    .input(byId.extend({ most: z.int().min(1).max(200_000) }))
    .query(({ ctx, input }) => ctx.services.dataset.cloud(input.id, input.most)),
  check: procedure.input(byId).query(({ ctx, input }) => ctx.services.dataset.check(input.id)),
  /** Leaving the subscription cancels the measurement. */
  coverage: procedure
    .input(z.object({ ids: z.array(z.string()).min(1).max(2) }))
    .subscription(({ ctx, input, signal }) => coverageNews(ctx.services.dataset, input.ids, signal)),
  reach: procedure.query(({ ctx }) => ctx.services.dataset.reach()),
  add: procedure
    .input(z.object({ path: z.string().trim().min(1, 'Type the path of a dataset file.').max(4096) }))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.dataset.add(input.path)
    }),
})
