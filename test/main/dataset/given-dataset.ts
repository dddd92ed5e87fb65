import type { RunSheet } from '../../../src/contract/dataset.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import type { EpisodeEnd } from '../../../src/main/session/episode-recorder.ts'
import { stepRow } from '../../../src/main/world/step-row.ts'
import type { StepRow } from '../../../src/main/world/step-row.ts'
import { BOX, STEP_LIMIT, sheet } from './synthetic.ts'

export interface GivenEpisode {
  steps: number
  end?: EpisodeEnd
  /** Fills the row of step t; t = 0 is the start. */
  fill(row: StepRow, t: number): void
}

/** Records exactly these episodes, one step a tick, into a new dataset of the arm or, with other columns, of another world. */
export function recordGiven(path: string, episodes: readonly GivenEpisode[], changes: Partial<RunSheet> = {}): void {
  const of = sheet({ stepsPerEpisode: Math.max(...episodes.map(({ steps }) => steps)), ...changes })
  const recorder = openRecording({ path, sheet: of, box: of.world === 'panda' ? BOX : null })
  const row = stepRow(of.observation.length, of.action.length)
  for (const [i, { steps, fill, end = STEP_LIMIT }] of episodes.entries()) {
    for (let t = 0; t <= steps; t++) {
      fill(row, t)
      row.tickTime[0] = BigInt(i) * 1_000_000_000_000n + BigInt(t) * 50_000_000n
      if (t === 0) recorder.beginEpisode(row)
      else recorder.append(row)
    }
    recorder.endEpisode(end, new Uint8Array())
  }
  recorder.close()
}
