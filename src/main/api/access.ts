import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/**
 * Who may talk to the browser host. A one-time token in the start link is exchanged for a session cookie; requests
 * must name this very host, and sockets must come from its own page. Together they keep out other programs of other
 * users, other web sites, and sites that point a name of theirs at 127.0.0.1.
 */
export class Access {
  readonly #port: number
  readonly #cookie = randomBytes(32).toString('base64url')
  #token: string | null = null

  constructor(port: number) {
    this.#port = port
  }

  /** A fresh start link; an older one that was not used dies. */
  newLink(): string {
    this.#token = randomBytes(32).toString('base64url')
    return `http://127.0.0.1:${this.#port}/?token=${this.#token}`
  }

  /** Takes the token of a start link. It works once. */
  redeem(token: string): boolean {
    if (this.#token === null || !equal(token, this.#token)) return false
    this.#token = null
    return true
  }

  /** Value of Set-Cookie. Cookies are shared between the ports of a host, so the name carries the port. */
  get setCookie(): string {
    return `${this.#cookieName}=${this.#cookie}; HttpOnly; SameSite=Strict; Path=/`
  }

  hasCookie(request: IncomingMessage): boolean {
    const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim())
    const value = pairs.find((pair) => pair.startsWith(`${this.#cookieName}=`))?.slice(this.#cookieName.length + 1)
    return value !== undefined && equal(value, this.#cookie)
  }

  isOwnHost(request: IncomingMessage): boolean {
    return this.#hosts.includes(request.headers.host ?? '')
  }

  /** A browser always names the origin of a socket; a page of our own names this host. */
  isOwnOrigin(request: IncomingMessage): boolean {
    return request.headers.origin === `http://${request.headers.host ?? ''}` && this.isOwnHost(request)
  }

  get #hosts(): string[] {
    return [`127.0.0.1:${this.#port}`, `localhost:${this.#port}`]
  }

  get #cookieName(): string {
    return `forager_${this.#port}`
  }
}

function equal(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)]
  return x.length === y.length && timingSafeEqual(x, y)
}
