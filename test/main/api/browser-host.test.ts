import { request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { StationUnderTest } from './station-under-test.ts'

describe('browser host', () => {
  let under: StationUnderTest

  beforeAll(async () => {
    under = await StationUnderTest.open()
  })
  afterAll(() => under.close())

  /** A request with headers that fetch would not let us set. */
  const ask = (path: string, headers: Record<string, string>, method = 'GET') =>
    new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: under.host.port, path, method, headers }, (response) => {
        let body = ''
        response.on('data', (part: Buffer) => (body += part.toString()))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
      })
      sent.on('error', reject)
      sent.end()
    })

  /** Resolves to 101 when the socket opens, else to the status of the refusal. */
  const knock = (headers: Record<string, string>, path = '/api') =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${under.host.port}${path}`, { headers })
      socket.on('open', () => {
        resolve(101)
        socket.close()
      })
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
      socket.on('error', () => undefined)
    })

  it('exchanges the token for a cookie that scripts and other sites cannot use', async () => {
    const link = new URL(under.host.newLink())
    const first = await ask(link.pathname + link.search, {})
    expect(first.status).toBe(303)
    expect(first.headers.location).toBe('/')
    const cookie = first.headers['set-cookie']?.[0] ?? ''
    expect(cookie).toContain('HttpOnly')
    expect(cookie).toContain('SameSite=Strict')
    const page = await ask('/', { cookie: cookie.split(';')[0] ?? '' })
    expect(page.status).toBe(200)
    expect(page.body).toContain('Forager')
  })

  it('takes a token once, and only the newest one', async () => {
    const old = new URL(under.host.newLink())
    const link = new URL(under.host.newLink())
    expect((await ask(old.pathname + old.search, {})).status).toBe(401)
    expect((await ask(link.pathname + link.search, {})).status).toBe(303)
    expect((await ask(link.pathname + link.search, {})).status).toBe(401)
  })

  it('lets a browser with the cookie reload, also by the used link', async () => {
    const cookie = await under.letIn()
    expect((await ask('/', { cookie })).status).toBe(200)
    expect((await ask('/?token=used', { cookie })).status).toBe(303)
  })

  it('shows nothing without a cookie, or with a wrong one', async () => {
    const { port } = under.host
    expect((await ask('/', {})).status).toBe(401)
    expect((await ask('/', { cookie: `forager_${port}=wrong` })).status).toBe(401)
    expect((await ask('/?token=guess', {})).status).toBe(401)
  })

  it('refuses other host names, which a foreign site could point here', async () => {
    const cookie = await under.letIn()
    expect((await ask('/', { cookie, host: `evil.example:${under.host.port}` })).status).toBe(403)
    expect((await ask('/', { cookie, host: '127.0.0.1' })).status).toBe(403)
    expect((await ask('/', { cookie, host: `localhost:${under.host.port}` })).status).toBe(200)
  })

  it('refuses requests that another page makes, and anything but reading', async () => {
    const cookie = await under.letIn()
    expect((await ask('/', { cookie, origin: 'https://evil.example' })).status).toBe(403)
    expect((await ask('/', { cookie }, 'POST')).status).toBe(405)
  })

  it('sends the strict headers with pages and refusals alike', async () => {
    const cookie = await under.letIn()
    for (const answer of [await ask('/', { cookie }), await ask('/', {}), await ask('/none.js', { cookie })]) {
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
      expect(answer.headers['content-security-policy']).toContain("script-src 'self'")
      expect(answer.headers['x-content-type-options']).toBe('nosniff')
      expect(answer.headers['cache-control']).toBe('no-store')
    }
  })

  it('opens a socket only for its own page with the cookie', async () => {
    const cookie = await under.letIn()
    const { origin } = under
    expect(await knock({ cookie, origin })).toBe(101)
    expect(await knock({ origin })).toBe(401)
    expect(await knock({ cookie })).toBe(403)
    expect(await knock({ cookie, origin: 'http://evil.example' })).toBe(403)
    expect(await knock({ cookie, origin: `${origin}0` })).toBe(403)
    expect(await knock({ cookie, origin, host: `evil.example:${under.host.port}` })).toBe(403)
    expect(
      await knock({
        cookie,
        origin: `http://evil.example:${under.host.port}`,
        host: `evil.example:${under.host.port}`,
      }),
    ).toBe(403)
    expect(await knock({ cookie, origin }, '/other')).toBe(404)
  })

  it('refuses paths that are no address, and lives on', async () => {
    const cookie = await under.letIn()
    const { origin } = under
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
    for (const path of ['//', 'http://[', '*', '/\\\\[']) {
      expect((await ask(path, { ...upgrade, origin: 'http://evil.example' })).status).toBe(403)
      expect((await ask(path, { ...upgrade, origin })).status).toBe(401)
      expect((await ask(path, { ...upgrade, origin, cookie })).status).toBe(404)
    }
    expect((await ask('//', { cookie })).status).toBe(400)
    expect((await ask('/', { cookie })).status).toBe(200)
  })
})
