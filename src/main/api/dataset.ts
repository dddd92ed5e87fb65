import { z } from 'zod'
import { endReasonSchema, episodeSortSchema } from '../../contract/dataset.ts'
import { taskPreviewAskSchema } from '../../contract/task-preview.ts'
import { taskSchema } from '../../contract/task.ts'
import { passNews } from './pass-news.ts'
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
        sort: episodeSortSchema,
        offset: z.int().min(0),
        limit: z.int().min(1).max(1000),
        endReason: endReasonSchema.optional(),
        onlyExcluded: z.boolean().optional(),
        search: z.string().max(200).optional(),
        /** Whose returns the rows show. */
        task: taskSchema.optional(),
      }),
    )
    .query(({ ctx, input }) => ctx.services.dataset.episodes(input)),
  episode: procedure
    .input(byId.extend({ episode: z.int().min(1) }))
    .query(({ ctx, input }) => ctx.services.dataset.episode(input.id, input.episode)),
  cloud: procedure
    .input(byId.extend({ most: z.int().min(1).max(200_000) }))
    .query(({ ctx, input }) => ctx.services.dataset.cloud(input.id, input.most)),
  check: procedure
    .input(byId)
    .subscription(({ ctx, input, signal }) => passNews((watch) => ctx.services.dataset.check(input.id, watch), signal)),
  /** Leaving the subscription cancels the measurement. */
  coverage: procedure
    .input(z.object({ ids: z.array(z.string()).min(1).max(2) }))
    .subscription(({ ctx, input, signal }) =>
      passNews((watch) => ctx.services.dataset.coverage(input.ids, watch), signal),
    ),
  /** Measures episodes for the lists; leaving ends it, and what was measured until then is kept. */
  measure: procedure
    .input(byId.extend({ task: taskSchema.nullable() }))
    .subscription(({ ctx, input, signal }) =>
      passNews((watch) => ctx.services.dataset.measure(input.id, input.task, watch), signal),
    ),
  timeline: procedure
    .input(byId)
    .subscription(({ ctx, input, signal }) =>
      passNews((watch) => ctx.services.dataset.timeline(input.id, watch), signal),
    ),
  timelineTile: procedure
    .input(byId.extend({ level: z.int().min(0).max(15), index: z.int().min(0) }))
    .query(({ ctx, input }) => ctx.services.dataset.timelineTile(input.id, input.level, input.index)),
  taskSignals: procedure.input(byId).query(({ ctx, input }) => ctx.services.dataset.taskSignals(input.id)),
  previewTask: procedure.input(taskPreviewAskSchema).query(({ ctx, input }) => ctx.services.dataset.previewTask(input)),
  reach: procedure.query(({ ctx }) => ctx.services.dataset.reach()),
  add: procedure
    .input(z.object({ path: z.string().trim().min(1, 'Type the path of a dataset file.').max(4096) }))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.dataset.add(input.path)
    }),
})
