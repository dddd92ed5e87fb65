import { procedure, router } from './trpc.ts'

export const policyRouter = router({
  list: procedure.query(({ ctx }) => ctx.services.policy.list()),
})
