import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import type { DatasetRecorder } from '../../../src/main/dataset/dataset-recorder.ts'
import { openThreadedRecording } from '../../../src/main/dataset/threaded-recorder.ts'
import type { EpisodeRecorder } from '../../../src/main/session/episode-recorder.ts'
import { stepRow } from '../../../src/main/world/step-row.ts'
import { BOX, STEP_LIMIT, fillRow, sheet, temporaryFolder } from './synthetic.ts'

const STATE_BYTES = 300_000

function open(path: string, explorerLearns = true): DatasetRecorder {
  return openRecording({ path, sheet: sheet({ explorer: 'diayn' }), box: BOX, explorerLearns })
}

/** The state after an episode: as many bytes as any other, and its own. */
function stateOf(episode: number): Uint8Array {
  return new Uint8Array(STATE_BYTES).fill(episode)
}

/** Records an episode of `steps` steps with the skill of its number; `after` is called behind every call. */
function record(recorder: EpisodeRecorder, episode: number, steps: number, after: () => void = () => undefined): void {
  const row = stepRow(14, 7)
  fillRow(row, episode, 0)
  expect(recorder.beginEpisode(row, episode % 3)).toBe(episode)
  after()
  for (let t = 1; t <= steps; t++) {
    fillRow(row, episode, t)
    recorder.append(row)
    // In the middle of an episode everything before it may be committed.
    if (t % 7 === 0) recorder.flush()
    after()
  }
  recorder.endEpisode(STEP_LIMIT, stateOf(episode))
  after()
}

/** What a power cut would leave: the file and its log as they are now. */
function asAfterPowerCut(path: string): string {
  const copy = join(temporaryFolder(), 'a.forager')
  copyFileSync(path, copy)
  if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`)
  return copy
}

describe('the state of an explorer that learns', () => {
  test('only the newest is kept, whatever the number of episodes', () => {
    const path = join(temporaryFolder(), 'a.forager')
    const recorder = open(path)
    for (let episode = 1; episode <= 40; episode++) record(recorder, episode, 5)
    recorder.close()
    expect(readFileSync(path).byteLength).toBeLessThan(6 * STATE_BYTES)
    const again = open(path)
    expect(again.resume.explorerState).toEqual(stateOf(40))
    again.close()
  })

  test('after a power cut at any moment it belongs to the last kept episode', () => {
    const path = join(temporaryFolder(), 'a.forager')
    const recorder = open(path)
    const cuts: string[] = []
    for (let episode = 1; episode <= 4; episode++) record(recorder, episode, 15, () => cuts.push(asAfterPowerCut(path)))
    recorder.close()
    const kept = cuts.map((cut) => {
      const opened = open(cut)
      const { resume } = opened
      const state = resume.explorerState
      const whole = resume.cutEpisode ? resume.cutEpisode.episode - 1 : resume.lastEpisode
      expect(state?.[0] ?? 0).toBe(whole)
      expect(state).toEqual(whole === 0 ? null : stateOf(whole))
      opened.close()
      return whole
    })
    // Cuts before, between and behind the episodes were looked at.
    expect(new Set(kept)).toEqual(new Set([0, 1, 2, 3]))
  })

  test('the thread that records in real time keeps it likewise', async () => {
    const path = join(temporaryFolder(), 'a.forager')
    const options = { path, sheet: sheet({ explorer: 'diayn' }), box: BOX, explorerLearns: true }
    const recorder = await openThreadedRecording(options)
    for (let episode = 1; episode <= 3; episode++) record(recorder, episode, 5)
    recorder.close()
    const again = await openThreadedRecording(options)
    expect(again.resume.explorerState).toEqual(stateOf(3))
    again.close()
  })

  test('skills are kept for each episode, also for one that the end of a process cut', () => {
    const path = join(temporaryFolder(), 'a.forager')
    const recorder = open(path)
    record(recorder, 1, 5)
    record(recorder, 2, 5)
    let cut = ''
    record(recorder, 3, 20, () => (cut = cut === '' && recorder.committed >= 17 ? asAfterPowerCut(path) : cut))
    recorder.close()
    open(cut).close()
    const reader = new DatasetReader(cut)
    expect(reader.trainingEpisode(3).endReason).toBe('crash')
    expect([1, 2, 3].map((episode) => reader.skill(episode))).toEqual([1, 2, 0])
    expect(reader.skills()).toEqual({ '0': 1, '1': 1, '2': 1 })
    reader.close()
  })

  test('the files of explorers that do not learn stay what they were', () => {
    const path = join(temporaryFolder(), 'a.forager')
    const recorder = open(path, false)
    const row = stepRow(14, 7)
    fillRow(row, 1, 0)
    recorder.beginEpisode(row)
    fillRow(row, 1, 1)
    recorder.append(row)
    recorder.endEpisode(STEP_LIMIT, Uint8Array.of(4, 2))
    recorder.close()
    const db = new Database(path, { readonly: true })
    expect(db.pragma('user_version', { simple: true })).toBe(1)
    expect(db.prepare('SELECT explorer_state FROM episode_data').pluck().get()).toEqual(Buffer.of(4, 2))
    db.close()
    const reader = new DatasetReader(path)
    expect([reader.skills(), reader.skill(1)]).toEqual([null, null])
    reader.close()
    const again = open(path, false)
    expect(again.resume.explorerState).toEqual(Uint8Array.of(4, 2))
    again.close()
  })
})
