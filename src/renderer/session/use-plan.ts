import { useEffect, useState } from 'react'
import type { Problem } from '../../contract/problem.ts'
import type { SessionPlan, SessionStart } from '../../contract/session.ts'
import { api, problemOf } from '../state/api.ts'

/** Waits for the typing to pause. */
const SETTLE_MS = 250
/** The disk and the arm change by themselves. */
const AGAIN_MS = 5000

export interface PlanReading {
  plan: SessionPlan | null
  problem: Problem | null
}

/** What this start would take, asked again after every change and every 5 s. */
export function usePlan(start: SessionStart | null): PlanReading {
  const [reading, setReading] = useState<PlanReading>({ plan: null, problem: null })
  const key = start === null ? '' : JSON.stringify(start)
  useEffect(() => {
    if (key === '') return
    let current = true
    const ask = () => {
      api.session.plan.query(JSON.parse(key) as SessionStart).then(
        (plan) => current && setReading({ plan, problem: null }),
        (error: unknown) => current && setReading({ plan: null, problem: problemOf(error) }),
      )
    }
    const settle = setTimeout(ask, SETTLE_MS)
    const again = setInterval(ask, AGAIN_MS)
    return () => {
      current = false
      clearTimeout(settle)
      clearInterval(again)
    }
  }, [key])
  return key === '' ? { plan: null, problem: null } : reading
}
