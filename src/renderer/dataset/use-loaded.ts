import { useEffect, useState } from 'react'
import type { Problem } from '../../contract/problem.ts'
import { problemOf } from '../state/api.ts'

export type Loaded<T> = {
  /** Newest answer for this `subject`, kept while it is read again; null before the first. */
  value: T | null
  problem: Problem | null
  loading: boolean
}

type Kept<T> = { subject: string; version: string; value: T | null; problem: Problem | null }

/**
 * Reads something of the station when its subject or version changes. `load` must not change meanwhile without one
 * of the two: give it what it needs through `subject`.
 */
export function useLoaded<T>(
  subject: string | null,
  version: string,
  load: (subject: string) => Promise<T>,
): Loaded<T> {
  const [kept, setKept] = useState<Kept<T> | null>(null)
  useEffect(() => {
    if (subject === null) return
    let left = false
    load(subject).then(
      (value) => !left && setKept({ subject, version, value, problem: null }),
      (error: unknown) => !left && setKept({ subject, version, value: null, problem: problemOf(error) }),
    )
    return () => {
      left = true
    }
  }, [subject, version, load])
  const current = kept?.subject === subject ? kept : null
  return {
    value: current?.value ?? null,
    problem: current?.problem ?? null,
    loading: subject !== null && (current === null || current.version !== version),
  }
}
