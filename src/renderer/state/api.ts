import { createTRPCClient, createWSClient, TRPCClientError, wsLink } from '@trpc/client'
import type { TRPCLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import { problemOf as problemOfError, problemSchema, refusal } from '../../contract/problem.ts'
import type { Problem } from '../../contract/problem.ts'
import type { StationRouter } from '../../main/api/router.ts'
import { bridgeWebSocket } from './carrier-bridge.ts'
import { useStation } from './station-store.ts'

const RETRY_EVERY = 1000 // ms

const socket = createWSClient({
  url: `ws://${window.location.host}/api`,
  ...(window.foragerCarrier === undefined ? {} : { WebSocket: bridgeWebSocket }),
  retryDelayMs: (attempt) => (attempt === 0 ? 0 : RETRY_EVERY),
  keepAlive: { enabled: true, intervalMs: 2000, pongTimeoutMs: 2000 },
})

/**
 * Refuses orders while the station is lost. The client would keep them and send them after a reconnect, when the
 * person who gave them no longer expects a motion. STOP alone is kept: late is better than never.
 */
const refuseWhileLost: TRPCLink<StationRouter> =
  () =>
  ({ op, next }) =>
    observable((observer) => {
      const isLost = socket.connectionState.get().state !== 'pending' || useStation.getState().link === 'lost'
      if (op.type === 'mutation' && isLost && op.path !== 'robot.stop') {
        observer.error(TRPCClientError.from(stationLost()))
        return () => undefined
      }
      return next(op).subscribe(observer)
    })

/** The station, as the window calls it. The same messages travel over the desktop bridge or over a WebSocket. */
export const api = createTRPCClient<StationRouter>({ links: [refuseWhileLost, wsLink({ client: socket })] })

/** What a failed call means, for a person. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof TRPCClientError)) return problemOfError(error)
  const data = error.data as { problem?: unknown } | null | undefined
  const told = problemSchema.safeParse(data?.problem)
  if (told.success) return told.data
  // Errors without the station's data come from the link itself.
  return problemOfError(error.cause?.name === 'ProblemError' ? error.cause : stationLost())
}

function stationLost(): Error {
  return refusal(
    'station-lost',
    'The station does not answer, so this was not done. The arm stops by itself when its window is lost.',
    'Look at the arm itself. Start Forager again when it does not come back.',
  )
}
