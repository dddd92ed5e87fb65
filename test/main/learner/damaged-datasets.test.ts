import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../../src/contract/problem.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { episodeChecksum } from '../../../src/main/dataset/episode-data.ts'
import type { SignalBlobs } from '../../../src/main/dataset/episode-data.ts'
import { loadReplay } from '../../../src/main/learner/load-replay.ts'
import type { LoadedReplay } from '../../../src/main/learner/load-replay.ts'
import { BOX, STEP_LIMIT, fillRow, sheet, temporaryFolder } from '../dataset/synthetic.ts'
import { stepRow } from '../../../src/main/world/step-row.ts'
import { Mutations } from '../policy/mutations.ts'

const EPISODES = 4
const STEPS = 12
const S = 14

/** The bytes of a sound dataset, recorded once. */
const recorded = ((): Uint8Array => {
  const folder = mkdtempSync(join(tmpdir(), 'forager-test-'))
  const path = join(folder, 'whole.forager')
  const recorder = openRecording({ path, sheet: sheet(), box: BOX })
  const row = stepRow(S, 7)
  for (let episode = 1; episode <= EPISODES; episode++) {
    for (let t = 0; t <= STEPS; t++) {
      fillRow(row, episode, t)
      if (t === 0) recorder.beginEpisode(row)
      else recorder.append(row)
    }
    recorder.endEpisode(STEP_LIMIT, new Uint8Array(0))
  }
  recorder.close()
  const bytes = readFileSync(path)
  rmSync(folder, { recursive: true })
  return bytes
})()

/** A file of its own with these bytes. */
function fileOf(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), 'd.forager')
  writeFileSync(path, bytes)
  return path
}

/** Opens it for changes that need not survive a power cut. */
function openToChange(path: string): Database.Database {
  const db = new Database(path)
  db.pragma('journal_mode = MEMORY')
  db.pragma('synchronous = OFF')
  return db
}

async function load(path: string): Promise<LoadedReplay> {
  const seams = { loaded: () => undefined, stopRequested: () => false }
  return (await loadReplay([path], { kind: 'reach', goal: [0.4, 0.2, 0.5] }, seams))!
}

/** Code of the refusal, which has words; empty when the dataset loads. */
async function refusedWith(path: string): Promise<string> {
  try {
    await load(path)
    return ''
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { code, message, tip } = error.problem
    expect(message).not.toBe('')
    expect(tip).not.toBe('')
    return code
  }
}

/** Every transition as one text. */
function transitionsOf({ replay }: LoadedReplay): string[] {
  const batch = replay.size
  const all = replay.draw({ batch, batches: 1, seed: 1, withoutReplacement: true, episodeEndsTerminal: true })
  const rows = Array.from({ length: batch }, (_, r) =>
    [
      ...all.observation.subarray(r * S, (r + 1) * S),
      ...all.nextObservation.subarray(r * S, (r + 1) * S),
      ...all.action.subarray(r * 7, (r + 1) * 7),
      all.reward[r],
      all.terminal[r],
    ].join(),
  )
  return rows.sort()
}

test('a file damaged anywhere is refused with words, or gives the very transitions that were recorded', async () => {
  const broken = fileOf(recorded)
  const wanted = transitionsOf(await load(broken))
  expect(wanted).toHaveLength(EPISODES * STEPS)
  const damage = new Mutations(30)
  const codes = new Map<string, number>()
  for (let round = 0; round < 1500; round++) {
    writeFileSync(broken, damage.bytes(recorded))
    const code = await refusedWith(broken)
    codes.set(code, (codes.get(code) ?? 0) + 1)
    if (code === '') {
      const found = transitionsOf(await load(broken))
      expect(found, `round ${round}`).toEqual(wanted)
    }
  }
  const known = ['', 'dataset-damaged', 'dataset-newer', 'episode-damaged', 'not-a-dataset', 'task-unsuitable']
  expect([...codes.keys()].filter((code) => !known.includes(code))).toEqual([])
  expect(codes.get('episode-damaged')).toBeGreaterThan(50)
  expect(codes.get('dataset-damaged')).toBeGreaterThan(500)
}, 300_000)

describe('signals damaged where the file itself is sound', () => {
  type Change = (blobs: SignalBlobs) => Partial<Record<keyof SignalBlobs, Uint8Array>>

  /** Stores changed signals of episode 2 with a checksum that fits them. */
  function tamper(change: Change, steps = STEPS): string {
    const path = fileOf(recorded)
    const db = openToChange(path)
    const blobs = db
      .prepare<[], SignalBlobs>(`SELECT *, x'' AS rewards, x'' AS simulator_states FROM episode_data WHERE episode = 2`)
      .get()!
    const changed = { ...blobs, ...change(blobs) }
    for (const column of ['observations', 'policy_actions', 'sent_actions', 'tooltip', 'tick_times', 'flags'] as const)
      db.prepare(`UPDATE episode_data SET ${column} = ? WHERE episode = 2`).run(changed[column])
    const checksum = episodeChecksum(2, steps, 'step-limit', changed)
    db.prepare('UPDATE episode SET checksum = ?, steps = ? WHERE episode = 2').run(checksum, steps)
    db.close()
    return path
  }

  const withFloat = (blob: Uint8Array, at: number, value: number): Uint8Array => {
    const copy = Uint8Array.from(blob)
    new DataView(copy.buffer).setFloat32(4 * at, value, true)
    return copy
  }

  test.each([NaN, Infinity, -Infinity])('a value of %d is refused wherever it is', async (value) => {
    for (const column of ['observations', 'policy_actions', 'tooltip'] as const)
      expect(await refusedWith(tamper((blobs) => ({ [column]: withFloat(blobs[column], 5, value) })))).toBe(
        'episode-not-finite',
      )
  })

  test('signals of a wrong length are refused', async () => {
    for (const column of ['observations', 'policy_actions', 'sent_actions', 'tooltip', 'tick_times', 'flags'] as const)
      for (const by of [-4, -1, 1, 4, 400]) {
        const path = tamper((blobs) => {
          const resized = new Uint8Array(Math.max(0, blobs[column].length + by))
          resized.set(blobs[column].subarray(0, resized.length))
          return { [column]: resized }
        })
        expect(await refusedWith(path), `${column} by ${by}`).toBe('episode-damaged')
      }
    expect(await refusedWith(tamper(() => ({}), STEPS + 1))).toBe('episode-damaged')
    for (const steps of [2 ** 20, 2 ** 31, 2 ** 32, 2 ** 40, 2 ** 53])
      expect(await refusedWith(tamper(() => ({}), steps))).toBe('dataset-damaged')
  })

  test('a signal that is gone, an unknown end and a run sheet of another shape are refused', async () => {
    const change = (sql: string): string => {
      const path = tamper(() => ({}))
      const db = openToChange(path)
      db.pragma('foreign_keys = OFF')
      db.exec(sql)
      db.close()
      return path
    }
    expect(await refusedWith(change('DELETE FROM episode_data WHERE episode = 3'))).toBe('episode-damaged')
    expect(await refusedWith(change(`UPDATE episode SET end_reason = 'tired' WHERE episode = 1`))).toBe(
      'dataset-damaged',
    )
    expect(await refusedWith(change('DROP TABLE episode_data'))).toBe('dataset-damaged')
    expect(await refusedWith(change('DELETE FROM run_sheet'))).toBe('dataset-damaged')
    const shorter = sheet({ observation: sheet().observation.slice(1) })
    expect(await refusedWith(change(`UPDATE run_sheet SET json = '${JSON.stringify(shorter)}'`))).toBe(
      'episode-damaged',
    )
    expect(
      await refusedWith(change(`UPDATE run_sheet SET json = '${JSON.stringify(sheet({ observation: [] }))}'`)),
    ).toBe('dataset-damaged')
  })

  test('random damage to random signals never gets past the checksum', async () => {
    const damage = new Mutations(31)
    const path = tamper(() => ({}))
    const db = openToChange(path)
    const columns = ['observations', 'policy_actions', 'sent_actions', 'tooltip', 'tick_times', 'flags'] as const
    for (let round = 0; round < 1000; round++) {
      const [column, episode] = [damage.pick(columns), 1 + damage.below(EPISODES)]
      const read = db.prepare<[number], Buffer>(`SELECT ${column} FROM episode_data WHERE episode = ?`).pluck()
      const write = db.prepare(`UPDATE episode_data SET ${column} = ? WHERE episode = ?`)
      const whole = read.get(episode)!
      const bytes = Buffer.from(damage.bytes(whole))
      write.run(bytes, episode)
      expect(await refusedWith(path), `round ${round}`).toBe(bytes.equals(whole) ? '' : 'episode-damaged')
      write.run(whole, episode)
    }
    db.close()
    expect(await refusedWith(path)).toBe('')
  })
})
