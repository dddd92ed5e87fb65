import { useEffect, useState } from 'react'
import type { DatasetCoverage, PassProgress } from '../../../contract/dataset-coverage.ts'
import type { Problem } from '../../../contract/problem.ts'
import { api, problemOf } from '../../state/api.ts'

export type Coverage = {
  /** Newest result whose first dataset is the first one asked for; kept while it is measured again. */
  coverages: readonly DatasetCoverage[] | null
  /** Null when nothing is being measured. */
  progress: PassProgress | null
  problem: Problem | null
  /** A person ended the measurement; `coverages` may lack what was asked for. */
  cancelled: boolean
  cancel: () => void
  /** Measures again, as the data are now. */
  measure: () => void
}

type Kept = Pick<Coverage, 'coverages' | 'progress' | 'problem'>

const BEGINNING: PassProgress = { done: 0, of: 0, etaS: null }
const NOTHING: Kept = { coverages: null, progress: BEGINNING, problem: null }

/** Measures datasets together when this is first shown, when other ones are asked for, and on demand. `ids`: a line each. */
export function useCoverage(ids: string): Coverage {
  const [kept, setKept] = useState(NOTHING)
  const [run, setRun] = useState<{ number: number; cancelled: string | null }>({ number: 0, cancelled: null })
  const { number } = run
  // Another choice is measured, whatever was cancelled before.
  const cancelled = run.cancelled === ids
  useEffect(() => {
    if (cancelled) return
    const asked = ids.split('\n')
    const running = api.dataset.coverage.subscribe(
      { ids: asked },
      {
        onStarted: () => setKept(({ coverages }) => ({ coverages: ofFirst(coverages, asked), ...MEASURING })),
        onData: (news) =>
          setKept((now) =>
            news.kind === 'progress'
              ? { ...now, progress: news.progress }
              : { coverages: news.value, progress: null, problem: null },
          ),
        onError: (error) => setKept((now) => ({ ...now, progress: null, problem: problemOf(error) })),
      },
    )
    return () => running.unsubscribe()
  }, [ids, number, cancelled])
  return {
    ...kept,
    ...(cancelled && { progress: null }),
    cancelled,
    cancel: () => setRun({ number, cancelled: ids }),
    measure: () => setRun({ number: number + 1, cancelled: null }),
  }
}

const MEASURING = { progress: BEGINNING, problem: null }

/** An older result stays on screen as long as it is of the same dataset. */
function ofFirst(coverages: Kept['coverages'], asked: readonly string[]): Kept['coverages'] {
  return coverages?.[0]?.id === asked[0] ? coverages : null
}
