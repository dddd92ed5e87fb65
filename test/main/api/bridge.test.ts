import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RobotState } from '../../../src/contract/robot.ts'
import { BridgeSocket } from '../../../src/main/api/bridge-socket.ts'
import { serveBridge } from '../../../src/main/api/connection.ts'
import type { StationRouter } from '../../../src/main/api/router.ts'
import { until } from '../../doubles/until.ts'
import { firstValue, problemOfCall, StationUnderTest } from './station-under-test.ts'

/** Both ends of the desktop bridge, joined as main.ts and preload.ts join them, without the window between. */
describe('desktop bridge', () => {
  let under: StationUnderTest
  let bridge: BridgeSocket | null = null
  let toWindow: (text: string) => void = () => undefined
  let closeWindowSide: () => void = () => undefined

  const open = (): BridgeSocket => {
    const socket = new BridgeSocket((text) => toWindow(text))
    socket.once('close', () => closeWindowSide())
    serveBridge(under.station.services, socket)
    return socket
  }

  beforeAll(async () => {
    under = await StationUnderTest.open()
    vi.stubGlobal('window', {
      foragerCarrier: {
        send: (text: string) => (bridge ??= open()).receive(text),
        onMessage: (listener: (text: string) => void) => (toWindow = listener),
        onClose: (listener: () => void) => (closeWindowSide = listener),
      },
    })
  })
  afterAll(async () => {
    vi.unstubAllGlobals()
    await under.close()
  })

  it('carries queries, refusals and subscriptions, and connects again after the station closed it', async () => {
    const { bridgeWebSocket } = await import('../../../src/renderer/state/carrier-bridge.ts')
    const socket = createWSClient({ url: 'ws://window/api', WebSocket: bridgeWebSocket, retryDelayMs: () => 0 })
    const api = createTRPCClient<StationRouter>({ links: [wsLink({ client: socket })] })

    expect((await api.station.info.query()).home).toBe(under.home)
    expect((await problemOfCall(api.robot.moveHome.mutate())).code).toBe('robot-not-connected')
    const watch = (wanted: (state: RobotState) => boolean) =>
      firstValue<RobotState>((observer) => api.robot.watch.subscribe(undefined, observer), wanted)
    expect((await watch(() => true)).link).toBe('disconnected')

    const first = bridge
    first?.close()
    bridge = null
    await until(() => socket.connectionState.get().state === 'pending')
    expect((await api.station.info.query()).home).toBe(under.home)
    expect(bridge).not.toBe(first)
    await socket.close()
  })
})
