import { setTimeout as sleep } from 'node:timers/promises'
import type { Feed } from '../platform/watched.ts'

/** A subscriber whose socket still holds this much unsent text gets nothing new until it has caught up. */
const CONGESTED_BYTES = 256 * 1024
const CONGESTED_WAIT = 25 // ms

/** The subscriber: when it leaves, and how much of what was sent it has not taken yet. */
export interface Subscriber {
  signal: AbortSignal | undefined
  /** Bytes. */
  backlog: () => number
}

/** Waits; ends early, without an error, when the subscriber leaves. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    if (signal?.aborted !== true) throw error
  }
}

/** Waits until the subscriber has taken most of what was sent. */
export async function caughtUp({ signal, backlog }: Subscriber): Promise<void> {
  while (backlog() > CONGESTED_BYTES && signal?.aborted !== true) await pause(CONGESTED_WAIT, signal)
}

/**
 * The value now, and again after changes, at most once in `everyMs`. Newest wins: what changed while the subscriber
 * was waiting, or while its socket was full, is skipped.
 */
export async function* newest<T>(feed: Feed<T>, everyMs: number, subscriber: Subscriber): AsyncGenerator<T, void> {
  const changed = changeFlag(feed, subscriber.signal)
  try {
    for (;;) {
      await caughtUp(subscriber)
      if (subscriber.signal?.aborted) return
      changed.clear()
      yield feed.current()
      await pause(everyMs, subscriber.signal)
      if (!(await changed.wait())) return
    }
  } finally {
    changed.end()
  }
}

/** What `look` gives now, and again whenever it differs, looked at once in `everyMs`. */
export async function* polled<T>(
  look: () => Promise<T>,
  everyMs: number,
  subscriber: Subscriber,
): AsyncGenerator<T, void> {
  let told = ''
  while (subscriber.signal?.aborted !== true) {
    await caughtUp(subscriber)
    const value = await look()
    const text = JSON.stringify(value)
    if (text !== told) yield value
    told = text
    await pause(everyMs, subscriber.signal)
  }
}

interface ChangeFlag {
  clear(): void
  /** True after a change since `clear`; false when the subscriber left. */
  wait(): Promise<boolean>
  end(): void
}

/** Remembers that a feed changed, however often. */
export function changeFlag(
  feed: { onChange(listener: () => void): () => void },
  signal: AbortSignal | undefined,
): ChangeFlag {
  let dirty = false
  let wake: () => void = () => undefined
  const off = feed.onChange(() => {
    dirty = true
    wake()
  })
  const onAbort = (): void => wake()
  signal?.addEventListener('abort', onAbort)
  return {
    clear: () => (dirty = false),
    wait: async () => {
      while (!dirty && signal?.aborted !== true) await new Promise<void>((resolve) => (wake = resolve))
      return signal?.aborted !== true
    },
    end: () => {
      off()
      signal?.removeEventListener('abort', onAbort)
    },
  }
}
