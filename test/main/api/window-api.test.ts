import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

/** The window's own API module, against a machine that takes connections and never answers. */
describe('orders of a window whose station is lost', () => {
  let silent: Server

  beforeAll(async () => {
    silent = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => silent.once('listening', resolve))
    vi.stubGlobal('window', { location: { host: `127.0.0.1:${(silent.address() as AddressInfo).port}` } })
  })
  afterAll(() => {
    vi.unstubAllGlobals()
    silent.close()
  })

  it('are refused at once instead of being kept for later, all but STOP', async () => {
    const { api, problemOf } = await import('../../../src/renderer/state/api.ts')
    const refused = await api.robot.moveHome.mutate().then(
      () => null,
      (error: unknown) => problemOf(error),
    )
    expect(refused?.code).toBe('station-lost')
    let settled = false
    const settle = (): void => {
      settled = true
    }
    api.robot.stop.mutate({ source: 'test' }).then(settle, settle)
    await api.robot.disarm.mutate().catch(() => undefined)
    expect(settled).toBe(false)
  })
})
