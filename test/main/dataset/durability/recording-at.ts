import { join } from 'node:path'
import { openRecording } from '../../../../src/main/dataset/dataset-recorder.ts'
import type { DatasetRecorder } from '../../../../src/main/dataset/dataset-recorder.ts'
import { stepRow } from '../../../../src/main/world/step-row.ts'
import { BOX, fillRow, recordEpisode, sheet, temporaryFolder } from '../synthetic.ts'

export const open = (path: string, target = 10_000): DatasetRecorder =>
  openRecording({ path, sheet: sheet({ target }), box: BOX })

/** A dataset with one whole episode, that is being recorded at step `steps` of the second one. */
export function recordingAt(steps: number): { path: string; recorder: DatasetRecorder } {
  const path = join(temporaryFolder(), 'a.forager')
  const recorder = open(path)
  recordEpisode(recorder, 100)
  const row = stepRow(14, 7)
  fillRow(row, 2, 0)
  recorder.beginEpisode(row)
  append(recorder, 1, steps)
  return { path, recorder }
}

/** Records steps [from, to] of the second episode, each committed. */
export function append(recorder: DatasetRecorder, from: number, to: number): void {
  const row = stepRow(14, 7)
  for (let t = from; t <= to; t++) {
    fillRow(row, 2, t)
    recorder.append(row)
    recorder.flush()
  }
}
