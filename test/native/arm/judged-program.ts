import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { appRoot } from '../../../src/main/platform/app-root.ts'
import { armNumbers } from './arm-numbers.ts'

const native = join(appRoot, 'native')

/** One thing that the independent judge found, with the number that runs the same sequence again. */
export interface Breach {
  sequence: number
  kind: string
  limit: string
  millisecond: number
  value: number
  allowed: number
}

/** A program of the tests that runs the real controller under the independent judge. */
export type JudgedProgram = 'supervised-motions' | 'hostile-homing'

export function buildJudgedProgram(program: JudgedProgram): void {
  execFileSync('make', ['-C', native, '-j2', `build/${program}`], { stdio: 'pipe' })
}

/** Its report; throws with the whole command, numbers of the sequences included, when it crashes. */
export function runJudgedProgram(program: JudgedProgram, words: string[]): unknown {
  const out = execFileSync(join(native, 'build', program), words, {
    input: armNumbers(armModel()),
    encoding: 'utf8',
    maxBuffer: 16 << 20,
  })
  return JSON.parse(out)
}
