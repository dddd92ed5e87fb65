import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunSheet } from '../../contract/dataset.ts'
import { BulkWriter } from '../dataset/bulk-writer.ts'
import { EpisodeBuffer } from '../dataset/episode-data.ts'
import { openRecording } from '../dataset/dataset-recorder.ts'
import type { DatasetRecorder } from '../dataset/dataset-recorder.ts'
import { newRunSheet } from '../dataset/run-sheet.ts'
import { appVersion } from '../platform/app-version.ts'
import type { EpisodeEnd } from '../session/episode-recorder.ts'
import { pandaSpec } from '../world/panda-world.ts'
import { stepRow } from '../world/step-row.ts'
import type { StepRow } from '../world/step-row.ts'

const SPEC = pandaSpec('panda', 'in-process')

export const STEP_LIMIT: EpisodeEnd = { reason: 'step-limit', message: '', stopCode: '', stopTitle: '' }

/** Does `work` in a folder that is removed afterwards. */
export async function inBenchFolder<T>(work: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'forager-bench-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function armSheet(path: string, target: number, stepsPerEpisode: number): RunSheet {
  const choices = { explorer: 'random', mode: 'paper', settings: {}, seed: 0, target }
  const texts = { operator: '', notes: '', appVersion: appVersion() }
  return newRunSheet(path, SPEC, { ...choices, ...texts, stepsPerEpisode })
}

/** A new dataset of the arm at `path`, open for recording. */
export function openArmDataset(path: string, target: number, stepsPerEpisode: number): DatasetRecorder {
  return openRecording({ path, sheet: armSheet(path, target, stepsPerEpisode), box: SPEC.tooltipBox })
}

export function armRow(): StepRow {
  return stepRow(SPEC.observation.length, SPEC.action.length)
}

/** Row `t` of smooth motions with arbitrary but fixed phases, over all of the box and most of the joints' limits. */
export function fillArmRow(row: StepRow, t: number): void {
  const wave = (i: number): number => Math.sin(1.7 * i + 0.013 * t * (1 + (i % 5)))
  for (let i = 0; i < row.observation.length; i++) row.observation[i] = 1.5 * wave(i)
  for (let i = 0; i < row.action.length; i++) row.action[i] = wave(i + 20)
  for (let i = 0; i < 3; i++) row.tooltip[i] = 0.45 + 0.4 * wave(i + 30)
  row.tickTime[0] = BigInt(t) * 50_000_000n
}

/** A dataset of so many whole episodes of so many steps each, as a recording of them would leave it. */
export function writeArmDataset(path: string, episodes: number, steps: number): void {
  const sheet = armSheet(path, episodes * steps, steps)
  const writer = new BulkWriter(path, sheet, SPEC.tooltipBox, false)
  const buffer = new EpisodeBuffer(writer.shape, steps)
  const row = armRow()
  for (let episode = 1; episode <= episodes; episode++) {
    fillArmRow(row, (episode - 1) * (steps + 1))
    buffer.begin(row)
    for (let t = 1; t <= steps; t++) {
      fillArmRow(row, (episode - 1) * (steps + 1) + t)
      buffer.append(row)
    }
    // In no order, so that there is something to sort.
    const startedAtMs = (episode * 7919) % 1_000_003
    writer.add({ episode, steps, startedAtMs, signals: buffer.signals(), end: STEP_LIMIT, skill: null })
  }
  writer.finish(sheet)
}
