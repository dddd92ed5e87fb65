import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { rmSync } from 'node:fs'
import type { RunSheet } from '../../../src/contract/dataset.ts'
import { ProblemError } from '../../../src/contract/problem.ts'
import type { EpisodeEnd, EpisodeRecorder } from '../../../src/main/session/episode-recorder.ts'
import { stepRow } from '../../../src/main/world/step-row.ts'
import type { StepRow } from '../../../src/main/world/step-row.ts'

export const BOX = { min: [0.1, -0.5, 0.02], max: [0.8, 0.5, 0.85] } satisfies {
  min: [number, number, number]
  max: [number, number, number]
}

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'forager-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function sheet(changes: Partial<RunSheet> = {}): RunSheet {
  const joints = [1, 2, 3, 4, 5, 6, 7]
  return {
    format: 'forager-dataset',
    formatVersion: 1,
    id: 'a-dataset',
    name: 'a',
    world: 'panda',
    explorer: 'random',
    mode: 'paper',
    settings: { deviation: 1 },
    seed: 1,
    target: 10_000,
    stepsPerEpisode: 100,
    worldOptions: {},
    hasReward: false,
    simulatorState: [],
    stepPeriodS: 0.05,
    observation: [
      ...joints.map((joint) => ({ name: `q${joint}`, unit: 'rad' })),
      ...joints.map((joint) => ({ name: `dq${joint}`, unit: 'rad/s' })),
    ],
    action: joints.map((joint) => ({ name: `dq${joint}`, unit: 'rad/s', scale: 0.5 })),
    robot: 'in-process',
    limitsHash: 'limits',
    appVersion: '0',
    createdAt: 1_700_000_000_000,
    operator: '',
    notes: '',
    imported: null,
    ...changes,
  }
}

export const STEP_LIMIT: EpisodeEnd = { reason: 'step-limit', message: '', stopCode: '', stopTitle: '' }

/** Writes the smooth, plausible row of step `t` (0 = before the first step) of an episode into `row`. */
export function fillRow(row: StepRow, episode: number, t: number): void {
  for (let joint = 0; joint < 7; joint++) {
    const phase = 0.02 * t + joint + episode
    row.action[joint] = Math.fround(0.8 * Math.cos(phase))
    row.sent[joint] = Math.fround(0.7 * Math.cos(phase))
    row.observation[joint] = Math.fround(0.4 * Math.sin(phase))
    row.observation[7 + joint] = Math.fround(0.16 * Math.cos(phase))
  }
  row.tooltip.set([0.45 + 0.2 * Math.sin(0.02 * t), 0.3 * Math.sin(0.03 * t + episode), 0.4])
  row.tickTime[0] = BigInt(episode) * 1_000_000_000_000n + BigInt(t) * 50_000_000n
  row.info[0] = t % 10 === 3 ? 3 : 0
  row.info[1] = 0
}

/** Records one whole episode; returns its number. */
export function recordEpisode(
  recorder: EpisodeRecorder,
  steps: number,
  end: EpisodeEnd = STEP_LIMIT,
  flushEachStep = false,
): number {
  const row = stepRow(14, 7)
  const episode = recorder.resume.lastEpisode + 1
  fillRow(row, episode, 0)
  const number = recorder.beginEpisode(row)
  for (let t = 1; t <= steps; t++) {
    fillRow(row, episode, t)
    recorder.append(row)
    if (flushEachStep) recorder.flush()
  }
  recorder.endEpisode(end, Uint8Array.of(number, 7))
  return number
}

/** Code of the refusal that `work` throws; fails when it throws nothing or something else. */
export function refusalCode(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof ProblemError) {
      if (error.problem.message === '' || error.problem.tip === '')
        throw new Error('a refusal without words', { cause: error })
      return error.problem.code
    }
    throw error
  }
  throw new Error('nothing was refused')
}
