import Database from 'better-sqlite3'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { episodeChecksum } from '../../../src/main/dataset/episode-data.ts'
import type { SignalBlobs } from '../../../src/main/dataset/episode-data.ts'
import { stepRow } from '../../../src/main/world/step-row.ts'
import { BOX, STEP_LIMIT, sheet } from '../dataset/synthetic.ts'

export const LARGE = { observationSize: 17, actionSize: 6, steps: 1000 }

/** A dataset of the shape of HalfCheetah: one episode is recorded, the others are its copies with their own checksums. */
export function writeLargeDataset(path: string, episodes: number): void {
  recordFirst(path, episodes)
  const db = new Database(path)
  db.pragma('synchronous = OFF')
  const one = db.prepare<[], { steps: number; end_reason: string }>('SELECT steps, end_reason FROM episode').get()!
  const blobs = db
    .prepare<[], SignalBlobs>(`SELECT *, x'' AS rewards, x'' AS simulator_states FROM episode_data`)
    .get()!
  const copyEpisode = db.prepare(`INSERT INTO episode SELECT ?, steps, end_reason, end_message, stop_code, stop_title,
    started_at_ms, slowed_steps, clipped_steps, late_ticks, new_cells, speed, ? FROM episode WHERE episode = 1`)
  const copyData = db.prepare(`INSERT INTO episode_data SELECT ?, observations, policy_actions, sent_actions, tooltip,
    tick_times, flags, explorer_state FROM episode_data WHERE episode = 1`)
  db.transaction(() => {
    for (let episode = 2; episode <= episodes; episode++) {
      copyEpisode.run(episode, episodeChecksum(episode, one.steps, one.end_reason, blobs))
      copyData.run(episode)
    }
  })()
  db.close()
}

function recordFirst(path: string, episodes: number): void {
  const { observationSize, actionSize, steps } = LARGE
  const recorder = openRecording({
    path,
    sheet: sheet({
      target: episodes * steps,
      stepsPerEpisode: steps,
      observation: Array.from({ length: observationSize }, (_, i) => ({ name: `o${i}`, unit: 'rad' })),
      action: Array.from({ length: actionSize }, (_, i) => ({ name: `a${i}`, unit: 'rad/s', scale: 0.5 })),
    }),
    box: BOX,
  })
  const row = stepRow(observationSize, actionSize)
  for (let t = 0; t <= steps; t++) {
    row.observation.forEach((_, i) => (row.observation[i] = Math.sin(0.1 * t + i)))
    row.action.forEach((_, i) => (row.action[i] = Math.cos(0.2 * t + i)))
    row.sent.set(row.action)
    row.tooltip.set([0.4, 0.1 * Math.sin(0.1 * t), 0.4])
    row.tickTime[0] = BigInt(t) * 50_000_000n
    if (t === 0) recorder.beginEpisode(row)
    else recorder.append(row)
  }
  recorder.endEpisode(STEP_LIMIT, new Uint8Array(0))
  recorder.close()
}
