import { describe, expect, it } from 'vitest'
import { newest } from '../../../src/main/api/subscription.ts'
import { Watched } from '../../../src/main/platform/watched.ts'

describe('newest', () => {
  const open = (feed: Watched<number>, backlog = () => 0) => {
    const abort = new AbortController()
    return { abort, values: newest(feed, 1, { signal: abort.signal, backlog }) }
  }

  it('sends the value of now first, then the newest after changes', async () => {
    const feed = new Watched(1)
    const { values, abort } = open(feed)
    expect((await values.next()).value).toBe(1)
    feed.set(2)
    feed.set(3)
    expect((await values.next()).value).toBe(3)
    abort.abort()
    expect((await values.next()).done).toBe(true)
  })

  it('keeps a change that comes while the value before is being sent', async () => {
    const feed = new Watched(1)
    const { values, abort } = open(feed)
    const first = values.next()
    feed.set(2)
    const seen = [(await first).value]
    if (seen[0] === 1) seen.push((await values.next()).value)
    expect(seen.at(-1)).toBe(2)
    abort.abort()
  })

  it('holds back while the socket is full, then sends only the newest', async () => {
    const feed = new Watched(0)
    let backlog = 0
    const { values, abort } = open(feed, () => backlog)
    await values.next()
    backlog = 1_000_000
    const next = values.next()
    for (let i = 1; i <= 50; i++) feed.set(i)
    let settled = false
    void next.then(() => (settled = true))
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(settled).toBe(false)
    feed.set(99)
    backlog = 0
    expect((await next).value).toBe(99)
    abort.abort()
  })

  it('ends and lets the feed go when the subscriber leaves while nothing changes', async () => {
    const feed = new Watched(1)
    const { values, abort } = open(feed)
    await values.next()
    const waiting = values.next()
    abort.abort()
    expect((await waiting).done).toBe(true)
  })
})
