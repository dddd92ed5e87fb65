import { useEffect, useState } from 'react'
import type { PassProgress } from '../../contract/dataset-coverage.ts'
import type { Problem } from '../../contract/problem.ts'
import type { Task } from '../../contract/task.ts'
import { api, problemOf } from '../state/api.ts'

export type Measures = {
  /** Null when nothing is being measured. */
  progress: PassProgress | null
  problem: Problem | null
  /** Rises when more is known: the rows are then read again. */
  measured: number
}

/**
 * Has the episodes of a dataset measured while this is shown: once for all time, and new ones when the version changes.
 *
 * @param task whose returns are wanted, as JSON; empty for none
 */
export function useMeasures(id: string, version: string, task: string): Measures {
  const [now, setNow] = useState<Measures>({ progress: null, problem: null, measured: 0 })
  useEffect(() => {
    const wanted = task === '' ? null : (JSON.parse(task) as Task)
    const running = api.dataset.measure.subscribe(
      { id, task: wanted },
      {
        onData: (news) =>
          setNow(({ measured }) =>
            news.kind === 'progress'
              ? { measured, problem: null, progress: news.progress }
              : { measured: measured + 1, problem: null, progress: null },
          ),
        onError: (error) => setNow(({ measured }) => ({ measured, progress: null, problem: problemOf(error) })),
      },
    )
    return () => running.unsubscribe()
  }, [id, version, task])
  return now
}
