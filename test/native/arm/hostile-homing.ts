import { expect } from 'vitest'
import { runJudgedProgram } from './judged-program.ts'
import type { Breach } from './judged-program.ts'

export interface HomingReport {
  sequences: number
  /** Returns home that were begun. */
  attempts: number
  milliseconds: number
  /** The arm did not come to rest within its time. */
  restless: number
  /** The arm stood away from home and nothing said why. */
  causeless: number
  longestRestMs: number
  seconds: number
  /** As of MotionReport, without and with commands that the robot did not get. */
  worst: Record<string, number>
  worstLossy: Record<string, number>
  /** How the sequences ended, by where they began: `wall home`, `self no-way-home`. */
  ends: Record<string, number>
  troubles: Record<string, number>
  breaches: Breach[]
}

/** Sends the arm home through every trouble under an independent judge. */
export function hostileHoming(first: number, count: number): HomingReport {
  return runJudgedProgram('hostile-homing', [String(first), String(count)]) as HomingReport
}

/** Nothing was broken, and each sequence ended at home, or at rest where no free way home is known. */
export function expectHome(report: HomingReport): void {
  expect(report.breaches).toEqual([])
  expect(report).toMatchObject({ restless: 0, causeless: 0 })
  for (const end of Object.keys(report.ends)) expect(end).toMatch(/^[a-z]+ (home|no-way-home)$/)
  // An arm that went somewhere by itself finds the way back.
  expect(report.ends).not.toHaveProperty('policy no-way-home')
}
