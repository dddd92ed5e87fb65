import { newest } from './subscription.ts'
import { procedure, router } from './trpc.ts'

export const stationRouter = router({
  info: procedure.query(({ ctx }) => ctx.services.station.info()),
  watchDisk: procedure.subscription(({ ctx, signal }) =>
    newest(ctx.services.station.disk, 1000, { signal, backlog: ctx.backlog }),
  ),
})
