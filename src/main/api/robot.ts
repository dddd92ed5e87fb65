import { z } from 'zod'
import { gripperGraspSchema, gripperMoveSchema, robotAddressSchema } from '../../contract/robot.ts'
import { unattendedSchema } from '../../contract/unattended.ts'
import { native } from '../platform/native.ts'
import { robotTroubles } from '../robot/robot-troubles.ts'
import { robotReport } from '../robot/robot-report.ts'
import { newest } from './subscription.ts'
import { procedure, router } from './trpc.ts'

/** A person's statement that nobody and nothing is inside the box; there is no default. */
const clearSchema = z.object({
  workspaceClear: z.literal(true, 'Say first that nobody and nothing is inside the box.'),
})

const fingersClearSchema = z.object({ fingersClear: z.literal(true, 'Say first that no finger is near the Hand.') })

/** Where STOP was pressed, for the record. A malformed note must not keep the arm from stopping. */
const stopSchema = z.object({ source: z.string() }).catch({ source: 'unknown' })
const MOST_SOURCE = 60

export const robotRouter = router({
  connect: procedure.input(robotAddressSchema).mutation(({ ctx, input }) => ctx.services.robot.connect(input)),
  connectSimulated: procedure.mutation(({ ctx }) => ctx.services.robot.connectSimulated()),
  disconnect: procedure.mutation(({ ctx }) => ctx.services.robot.disconnect()),
  watch: procedure.subscription(({ ctx, signal }) =>
    newest(ctx.services.robot.state, 33, { signal, backlog: ctx.backlog }),
  ),
  /** Of the arm in use, of its own kind. */
  limits: procedure.subscription(({ ctx, signal }) =>
    newest(ctx.services.armLimits, 100, { signal, backlog: ctx.backlog }),
  ),
  preflight: procedure.subscription(({ ctx, signal }) =>
    newest(ctx.services.preflight, 100, { signal, backlog: ctx.backlog }),
  ),
  events: procedure.subscription(({ ctx, signal }) =>
    newest(ctx.services.robot.events, 100, { signal, backlog: ctx.backlog }),
  ),
  incidents: procedure.subscription(({ ctx, signal }) =>
    newest(ctx.services.incidents.list, 100, { signal, backlog: ctx.backlog }),
  ),
  incident: procedure
    .input(z.object({ id: z.string().max(100) }))
    .query(({ ctx, input }) => ctx.services.incidents.read(input.id)),
  errorFlags: procedure.query(() => native.errorFlags()),
  /** Null while no arm is connected. */
  linkTimes: procedure.query(({ ctx }) => ctx.services.robot.driver?.linkTimes() ?? null),
  linkTest: procedure.query(({ ctx }) => ctx.services.preflight.linkTest()),
  /** Measures the network to the arm again; the checklist shows what came of it. */
  testLink: procedure.mutation(({ ctx }) => ctx.services.preflight.testLink()),
  limitRows: procedure.query(({ ctx }) => ctx.services.limits.rows()),
  setLimit: procedure
    .input(z.object({ name: z.string().max(60), values: z.array(z.number()).min(1).max(7) }))
    .mutation(({ ctx, input }) => {
      ctx.services.limits.set(input.name, input.values, ctx.services.robot.driver)
      return ctx.services.limits.rows()
    }),
  unattended: procedure.query(({ ctx }) => ctx.services.unattended.read()),
  setUnattended: procedure.input(unattendedSchema).mutation(({ ctx, input }) => ctx.services.unattended.write(input)),
  troubles: procedure.query(() => robotTroubles),
  safetyNoticeRead: procedure.query(({ ctx }) => ctx.services.safetyNotice.isRead()),
  markSafetyNoticeRead: procedure.mutation(({ ctx }) => ctx.services.safetyNotice.markRead()),
  report: procedure.query(({ ctx }) => robotReport(ctx.services.robot.state.current(), ctx.services.incidents)),
  arm: procedure.input(clearSchema).mutation(({ ctx }) => ctx.services.robot.arm()),
  disarm: procedure.mutation(({ ctx }) => ctx.services.robot.disarm()),
  moveHome: procedure.mutation(({ ctx }) => ctx.services.robot.moveHome()),
  recover: procedure.mutation(({ ctx }) => ctx.services.robot.recover()),
  /** Software stop: nothing waits between this procedure and the control thread, and no input is refused. */
  stop: procedure
    .input(stopSchema)
    .mutation(({ ctx, input }) => ctx.services.robot.stop(input.source.slice(0, MOST_SOURCE))),
  /** Clears a latched stop and arms. Moves nothing. */
  rearm: procedure.input(clearSchema).mutation(({ ctx }) => ctx.services.robot.rearm()),
  heartbeat: procedure.mutation(({ ctx }) => ctx.services.robot.heartbeat()),
  setStopBox: procedure
    .input(z.object({ path: z.string().trim().max(255), needsGrip: z.boolean().default(false) }))
    .mutation(({ ctx, input }) => ctx.services.robot.setStopBox(input)),
  /** Looks for the Hand of the connected arm once more; its state says what came of it. */
  gripperConnect: procedure.mutation(({ ctx }) => ctx.services.robot.connectGripper()),
  gripperHome: procedure.input(fingersClearSchema).mutation(({ ctx }) => ctx.services.robot.gripper.home()),
  gripperMove: procedure.input(gripperMoveSchema).mutation(({ ctx, input }) => ctx.services.robot.gripper.move(input)),
  gripperGrasp: procedure
    .input(gripperGraspSchema)
    .mutation(({ ctx, input }) => ctx.services.robot.gripper.grasp(input)),
  gripperStop: procedure.mutation(({ ctx }) => ctx.services.robot.gripper.stop()),
})
