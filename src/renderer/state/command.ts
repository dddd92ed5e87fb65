import type { Problem } from '../../contract/problem.ts'
import { problemOf } from './api.ts'

/**
 * For a screen with one notice row for all its commands: runs a call to the station and hands its refusal, or null
 * when it went well, to `show`. Resolves to whether it was accepted.
 */
export function commandWith(
  show: (problem: Problem | null) => void,
): (call: () => Promise<unknown>) => Promise<boolean> {
  return async (call) => {
    try {
      await call()
      show(null)
      return true
    } catch (error) {
      show(problemOf(error))
      return false
    }
  }
}
