import { z } from 'zod'
import { procedure, router } from './trpc.ts'

const typedPath = (what: string) => z.string().trim().min(1, `Type the path of ${what}.`).max(4096)

export const policyRouter = router({
  list: procedure.query(({ ctx }) => ctx.services.policy.list()),
  export: procedure
    .input(z.object({ path: z.string(), format: z.enum(['onnx', 'tfjs']), out: typedPath('the file to write') }))
    .mutation(({ ctx, input }) => ctx.services.policy.export(input.path, input.format, input.out)),
  import: procedure
    .input(z.object({ path: typedPath('a policy file') }))
    .mutation(({ ctx, input }) => ctx.services.policy.import(input.path)),
})
