import { execFile, execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { appRoot } from '../../../src/main/platform/app-root.ts'
import { armModelOf } from '../../../src/main/platform/arm-model.ts'
import { armNumbers } from '../arm/arm-numbers.ts'

export const PARTS = ['arm-client', 'arm-server', 'gripper-client', 'gripper-server', 'stop-box'] as const
export type Part = (typeof PARTS)[number]

export interface FuzzReport {
  packets: number
  answers: number
  links: number
  motions: number
  unsafe: number
  first: string
}

/** Builds the program; with the address and undefined-behaviour sanitizers when asked for. */
export function buildPacketFuzz(sanitized: boolean): string {
  const program = join('build', sanitized ? 'address' : '', 'packet-fuzz')
  const words = ['-C', join(appRoot, 'native'), `-j${availableParallelism()}`, program, ...(sanitized ? ['SANITIZE=1'] : [])]
  execFileSync('make', words, { stdio: 'pipe' })
  return join(appRoot, 'native', program)
}

/** Runs one part; the program fails by itself when it meets something unsafe, crashes or is told of by a sanitizer. */
export function packetFuzz(program: string, part: Part, protocol: number, packets: number, seed: number): Promise<FuzzReport> {
  return new Promise((resolve, reject) => {
    const words = [part, String(protocol), String(packets), String(seed)]
    const child = execFile(program, words, { maxBuffer: 16 << 20 }, (error, out, errors) => {
      if (error !== null) reject(new Error(`packet-fuzz ${words.join(' ')}: ${out}${errors}${error.message}`))
      else resolve(JSON.parse(out) as FuzzReport)
    })
    child.stdin?.end(armNumbers(armModelOf(null)))
  })
}

/** Everything was sent, something was answered, and motion did run: a fuzz that only meets closed doors shows nothing. */
export function expectSafe(report: FuzzReport, packets: number): void {
  expect(report).toMatchObject({ unsafe: 0, first: '' })
  expect(report.packets).toBeGreaterThanOrEqual(packets)
  expect(report.answers).toBeGreaterThan(0)
  expect(report.motions).toBeGreaterThan(0)
}
