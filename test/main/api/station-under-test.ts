import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTRPCClient, createWSClient, TRPCClientError, wsLink } from '@trpc/client'
import type { TRPCClient } from '@trpc/client'
import { WebSocket } from 'ws'
import type { Problem } from '../../../src/contract/problem.ts'
import { problemSchema } from '../../../src/contract/problem.ts'
import { BrowserHost } from '../../../src/main/api/browser-host.ts'
import type { StationRouter } from '../../../src/main/api/router.ts'
import { openStation } from '../../../src/main/station.ts'
import type { Station } from '../../../src/main/station.ts'

/** A real station in a fresh home behind a real host, and windows that talk to it over real sockets. */
export class StationUnderTest {
  readonly home: string
  readonly station: Station
  readonly host: BrowserHost
  readonly #windows: TestWindow[] = []

  private constructor(home: string, station: Station, host: BrowserHost) {
    this.home = home
    this.station = station
    this.host = host
  }

  static async open(): Promise<StationUnderTest> {
    const home = mkdtempSync(join(tmpdir(), 'forager-station-'))
    const windowFolder = mkdtempSync(join(tmpdir(), 'forager-window-'))
    writeFileSync(join(windowFolder, 'index.html'), '<title>Forager</title>')
    const station = await openStation({ home })
    return new StationUnderTest(
      home,
      station,
      await BrowserHost.open({ services: station.services, windowFolder, port: 0 }),
    )
  }

  get origin(): string {
    return `http://127.0.0.1:${this.host.port}`
  }

  /** Cookie of a browser that used a start link. */
  async letIn(): Promise<string> {
    const response = await fetch(this.host.newLink(), { redirect: 'manual' })
    return response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  }

  async openWindow(): Promise<TestWindow> {
    const window = new TestWindow(this.origin, await this.letIn())
    this.#windows.push(window)
    return window
  }

  async close(): Promise<void> {
    await Promise.all(this.#windows.map((window) => window.close()))
    await this.host.close()
    await this.station.close()
    rmSync(this.home, { recursive: true, force: true })
  }
}

/** A window of a person: the API over a socket, and the heartbeat that a real window sends. */
export class TestWindow {
  readonly api: TRPCClient<StationRouter>
  readonly #socket: ReturnType<typeof createWSClient>
  #heart: NodeJS.Timeout | undefined

  constructor(origin: string, cookie: string) {
    class BrowserSocket extends WebSocket {
      constructor(url: string) {
        super(url, { headers: { origin, cookie } })
      }
    }
    this.#socket = createWSClient({
      url: `${origin.replace('http', 'ws')}/api`,
      WebSocket: BrowserSocket as unknown as typeof globalThis.WebSocket,
    })
    this.api = createTRPCClient<StationRouter>({ links: [wsLink({ client: this.#socket })] })
  }

  /** Ten times a second, as a real window does; resolves when the station has the first one. */
  async startHeart(): Promise<void> {
    await this.api.robot.heartbeat.mutate()
    clearInterval(this.#heart)
    this.#heart = setInterval(() => void this.api.robot.heartbeat.mutate().catch(() => undefined), 100)
  }

  stopHeart(): void {
    clearInterval(this.#heart)
  }

  async close(): Promise<void> {
    this.stopHeart()
    await this.#socket.close()
  }
}

/** First value of a subscription that satisfies `wanted`. */
export function firstValue<T>(
  subscribe: (observer: { onData: (value: T) => void; onError: (error: unknown) => void }) => {
    unsubscribe: () => void
  },
  wanted: (value: T) => boolean,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const subscription = subscribe({
      onData: (value) => {
        if (!wanted(value)) return
        resolve(value)
        // The first value may come before subscribe() has returned.
        queueMicrotask(() => subscription.unsubscribe())
      },
      onError: reject,
    })
  })
}

/** The problem with which a call fails; throws when it does not fail, or fails without one. */
export async function problemOfCall(call: Promise<unknown>): Promise<Problem> {
  try {
    await call
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error
    return problemSchema.parse((error.data as { problem?: unknown } | undefined)?.problem)
  }
  throw new Error('the call did not fail')
}
