import { useEffect, useState } from 'react'
import type { CheckReport } from '../../contract/dataset.ts'
import type { PassProgress } from '../../contract/dataset-coverage.ts'
import type { Problem } from '../../contract/problem.ts'
import { api, problemOf } from './api.ts'

export type Check = {
  /** Of this dataset as it was when it was checked last; null before. */
  report: CheckReport | null
  /** Null when nothing is being checked. */
  progress: PassProgress | null
  problem: Problem | null
}

type Kept = Check & { id: string | null }

const BEGINNING: PassProgress = { done: 0, of: 0, etaS: null }
const NOTHING: Check = { report: null, progress: null, problem: null }

/** Checks a dataset while this is shown, and again when its version changes; null ends a check that is running. */
export function useCheck(id: string | null, version: string): Check {
  const [kept, setKept] = useState<Kept>({ id: null, ...NOTHING })
  useEffect(() => {
    if (id === null) return
    const running = api.dataset.check.subscribe(
      { id },
      {
        onStarted: () =>
          setKept((now) => ({ id, problem: null, progress: BEGINNING, report: now.id === id ? now.report : null })),
        onData: (news) =>
          setKept((now) =>
            news.kind === 'progress'
              ? { ...now, progress: news.progress }
              : { id, report: news.value, progress: null, problem: null },
          ),
        onError: (error) => setKept({ id, ...NOTHING, problem: problemOf(error) }),
      },
    )
    return () => running.unsubscribe()
  }, [id, version])
  return kept.id === id ? kept : NOTHING
}
