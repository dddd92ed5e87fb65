import { initTRPC } from '@trpc/server'
import { errorProblem } from './error-problem.ts'
import type { StationServices } from './services.ts'

/** What every procedure gets. */
export interface ApiContext {
  services: StationServices
  /** Bytes sent to this window that it has not taken yet. */
  backlog: () => number
}

const trpc = initTRPC.context<ApiContext>().create({
  // Stacks belong into `details` of a problem, never beside it.
  isDev: false,
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    data: { ...shape.data, problem: errorProblem(error.cause ?? error) },
  }),
})

export const { router, procedure } = trpc
