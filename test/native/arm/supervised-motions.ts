import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { appRoot } from '../../../src/main/platform/app-root.ts'
import { armNumbers } from './arm-numbers.ts'

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
  breaches: { sequence: number; kind: string; limit: string; millisecond: number; value: number; allowed: number }[]
}

const native = join(appRoot, 'native')

/** Builds the program that runs hostile policies through the real controller under an independent judge. */
export function buildSupervisedMotions(): void {
  execFileSync('make', ['-C', native, '-j2', 'build/supervised-motions'], { stdio: 'pipe' })
}

export function supervisedMotions(first: number, count: number, lossy = false): MotionReport {
  const words = [String(first), String(count), ...(lossy ? ['lossy'] : [])]
  const out = execFileSync(join(native, 'build/supervised-motions'), words, {
    input: armNumbers(armModel()),
    encoding: 'utf8',
  })
  return JSON.parse(out) as MotionReport
}

/** Nothing was broken, every motion ended at rest in time, and the hostile policies came near enough to mean something. */
export function expectUnbroken(report: MotionReport): void {
  expect(report.breaches).toEqual([])
  expect(report).toMatchObject({ reflexes: 0, restless: 0 })
  expect(report.longestRestMs).toBeLessThanOrEqual(150)
  for (const limit of ['velocity', 'acceleration', 'jerk', 'toolSpeed']) expect(report.worst[limit]).toBeGreaterThan(0.9)
  for (const limit of ['margin', 'box', 'body', 'floor', 'self']) expect(report.worst[limit]).toBeGreaterThan(-0.002)
}
