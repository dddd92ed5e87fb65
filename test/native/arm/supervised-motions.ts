import { expect } from 'vitest'
import { runJudgedProgram } from './judged-program.ts'
import type { Breach } from './judged-program.ts'

export interface MotionReport {
  sequences: number
  milliseconds: number
  /** The robot stopped by itself. */
  reflexes: number
  /** Not at rest, or the motion not ended, within its time. */
  restless: number
  longestRestMs: number
  seconds: number
  /** Of rates the largest share of what is allowed; of distances how far beyond, m or rad, negative = never reached. */
  worst: Record<string, number>
  /** How the sequences ended, by code. */
  stops: Record<string, number>
  breaches: Breach[]
}

/** Runs hostile policies through the real controller under an independent judge. */
export function supervisedMotions(first: number, count: number, lossy = false): MotionReport {
  const words = [String(first), String(count), ...(lossy ? ['lossy'] : [])]
  return runJudgedProgram('supervised-motions', words) as MotionReport
}

/** Nothing was broken, and every motion ended at rest. */
export function expectUnbroken(report: MotionReport): void {
  expect(report.breaches).toEqual([])
  expect(report).toMatchObject({ reflexes: 0, restless: 0 })
}

/** Every motion ended at rest in time, and the hostile policies came near enough to the limits to mean something. */
export function expectHostile(report: MotionReport): void {
  expect(report.longestRestMs).toBeLessThanOrEqual(150)
  for (const limit of ['velocity', 'acceleration', 'jerk', 'toolSpeed']) expect(report.worst[limit]).toBeGreaterThan(0.9)
  for (const limit of ['margin', 'box', 'body', 'floor', 'self']) expect(report.worst[limit]).toBeGreaterThan(-0.002)
}
