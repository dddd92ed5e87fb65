import type { CoverageNews } from '../../contract/dataset-coverage.ts'
import { Watched } from '../platform/watched.ts'
import type { DatasetService } from './services.ts'
import { changeFlag } from './subscription.ts'

/** Progress while the datasets are measured, newest wins, then their coverage. Ends the measurement when the asker leaves. */
export async function* coverageNews(
  service: Pick<DatasetService, 'coverage'>,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<CoverageNews, void> {
  const news = new Watched<CoverageNews>({ kind: 'progress', progress: { done: 0, of: 0, etaS: null } })
  const leave = new AbortController()
  const changed = changeFlag(news, leave.signal)
  const onAbort = (): void => leave.abort()
  signal?.addEventListener('abort', onAbort)
  const measured = service.coverage(ids, {
    signal: leave.signal,
    progress: (progress) => news.set({ kind: 'progress', progress }),
  })
  // What goes wrong is thrown below; here it only ends the wait.
  const ended = measured.then(onAbort, onAbort)
  try {
    while (await changed.wait()) {
      changed.clear()
      yield news.current()
    }
    const coverages = await measured
    if (coverages) yield { kind: 'measured', coverages }
  } finally {
    leave.abort()
    await ended
    changed.end()
    signal?.removeEventListener('abort', onAbort)
  }
}
