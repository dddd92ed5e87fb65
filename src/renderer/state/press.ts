import { useState } from 'react'
import type { Problem } from '../../contract/problem.ts'
import { problemOf } from './api.ts'

export interface Press {
  /** The call is under way. */
  busy: boolean
  /** The refusal of the last press; null when it went well. */
  problem: Problem | null
  press: (call: () => Promise<unknown>) => Promise<boolean>
  clear: () => void
}

/** For buttons that call the station: one call at a time, its refusal kept for showing. */
export function usePress(): Press {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const press = async (call: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true)
    try {
      await call()
      setProblem(null)
      return true
    } catch (error) {
      setProblem(problemOf(error))
      return false
    } finally {
      setBusy(false)
    }
  }
  return { busy, problem, press, clear: () => setProblem(null) }
}
