import type { MessagePort } from 'node:worker_threads'
import type { EpisodeEnd, ResumePoint } from '../session/episode-recorder.ts'
import type { Problem } from '../../contract/problem.ts'
import type { RunSheet } from '../../contract/dataset.ts'
import type { StepRow } from '../world/step-row.ts'
import type { TooltipBox } from './coverage/coverage-grid.ts'
import type { RecordingOptions } from './dataset-recorder.ts'

/**
 * Cells of the shared counters: `handled` messages, transitions on disk, 1 = a write failed, 1 = the file is closed,
 * transitions that people left out.
 */
export const Counter = { handled: 0, committed: 1, failed: 2, closed: 3, leftOut: 4 } as const
export const COUNTERS = 5

/** What the recording thread is started with. `port` carries calls to it and news from it. */
export interface RecordingThreadData {
  options: RecordingOptions
  counters: SharedArrayBuffer
  port: MessagePort
}

/** What it is told, in order. Rows are copies. */
export type RecordingCall =
  | { kind: 'begin'; row: StepRow; skill: number | null }
  | { kind: 'append'; row: StepRow }
  | { kind: 'end'; end: EpisodeEnd; explorerState: Uint8Array }
  | { kind: 'close' }

/** What it answers: first `opened` or `refused`, later at most one `failed`. */
export type RecordingNews =
  | { kind: 'opened'; sheet: RunSheet; resume: ResumePoint; box: TooltipBox | null; cells: Uint8Array | null }
  | { kind: 'refused' | 'failed'; problem: Problem }
