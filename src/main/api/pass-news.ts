import type { PassNews, PassProgress } from '../../contract/dataset-coverage.ts'
import { Watched } from '../platform/watched.ts'
import { changeFlag } from './subscription.ts'

/** A long reading that tells its progress and gives up when nobody waits any more: then it is null. */
type Reading<T> = (watch: { signal: AbortSignal; progress(progress: PassProgress): void }) => Promise<T | null>

/** Progress while something is read, newest wins, then what was read. Ends the reading when the asker leaves. */
export async function* passNews<T>(
  read: Reading<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<PassNews<T>, void> {
  const news = new Watched<PassNews<T>>({ kind: 'progress', progress: { done: 0, of: 0, etaS: null } })
  const leave = new AbortController()
  const changed = changeFlag(news, leave.signal)
  const onAbort = (): void => leave.abort()
  signal?.addEventListener('abort', onAbort)
  const result = read({
    signal: leave.signal,
    progress: (progress) => news.set({ kind: 'progress', progress }),
  })
  // What goes wrong is thrown below; here it only ends the wait.
  const ended = result.then(onAbort, onAbort)
  try {
    while (await changed.wait()) {
      changed.clear()
      yield news.current()
    }
    const value = await result
    if (value !== null) yield { kind: 'done', value }
  } finally {
    leave.abort()
    await ended
    changed.end()
    signal?.removeEventListener('abort', onAbort)
  }
}
