import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { EndReason, RunSheet } from '../../../../src/contract/dataset.ts'
import { ProblemError } from '../../../../src/contract/problem.ts'
import { openRecording } from '../../../../src/main/dataset/dataset-recorder.ts'
import { DatasetReader } from '../../../../src/main/dataset/dataset-reader.ts'
import { loadReplay } from '../../../../src/main/learner/load-replay.ts'
import type { LoadedReplay } from '../../../../src/main/learner/load-replay.ts'
import { readPolicy } from '../../../../src/main/policy/policy-folder.ts'
import { trainOrder } from '../../../../src/main/workers/train-order.ts'
import { stepRow } from '../../../../src/main/world/step-row.ts'
import { BOX, STEP_LIMIT, fillRow, recordEpisode, sheet, temporaryFolder } from '../synthetic.ts'

const GOAL: [number, number, number] = [0.4, 0.2, 0.5]
const S = 14

/** Told apart by their first coordinate, which no two observations have in common. */
let observed = 0

/** A dataset with one episode for each end reason given, of different lengths. */
function record(
  id: string,
  ends: readonly EndReason[],
  changes: Partial<RunSheet> = {},
  box: typeof BOX | null = BOX,
): string {
  const path = join(temporaryFolder(), `${id}.forager`)
  const recorder = openRecording({ path, sheet: sheet({ id, name: id, ...changes }), box })
  const row = stepRow(S, 7)
  ends.forEach((reason, i) => {
    for (let t = 0; t <= 5 + 7 * i; t++) {
      fillRow(row, i, t)
      row.observation[0] = observed++
      row.tooltip[0] = 0.3 + 0.001 * t
      if (t === 0) recorder.beginEpisode(row)
      else recorder.append(row)
    }
    recorder.endEpisode({ ...STEP_LIMIT, reason }, new Uint8Array(0))
  })
  recorder.close()
  return path
}

const seams = { loaded: () => undefined, stopRequested: () => false }

async function load(...paths: string[]): Promise<LoadedReplay> {
  return (await loadReplay(paths, { kind: 'reach', goal: GOAL }, seams))!
}

async function problemOfLoading(...paths: string[]): Promise<{ code: string; message: string }> {
  try {
    await load(...paths)
  } catch (error) {
    if (error instanceof ProblemError) return error.problem
    throw error
  }
  throw new Error('nothing was refused')
}

describe('joined datasets', () => {
  const ENDS_A: EndReason[] = ['step-limit', 'terminal', 'crash']
  const ENDS_B: EndReason[] = ['terminal', 'safety-limit', 'operator-stop', 'reflex', 'reset-interrupted']

  test('give every transition of each, rewarded for the task, with the end that it has', async () => {
    const paths = [record('a', ENDS_A), record('b', ENDS_B)]
    const { replay, origins } = await load(...paths)
    const wanted = new Map<number, { next: Float32Array; reward: number; end: boolean; terminal: boolean }>()
    for (const path of paths) {
      const reader = new DatasetReader(path)
      for (const { observations: o, tooltip, steps, endReason } of reader.trainingEpisodes())
        for (let t = 0; t < steps; t++)
          wanted.set(o[t * S]!, {
            next: o.slice((t + 1) * S, (t + 2) * S),
            reward: -Math.hypot(...GOAL.map((g, i) => tooltip[3 * (t + 1) + i]! - g)),
            end: t === steps - 1,
            terminal: t === steps - 1 && endReason === 'terminal',
          })
      reader.close()
    }
    for (const episodeEndsTerminal of [false, true]) {
      const batch = replay.size
      const drawn = replay.draw({ batch, batches: 1, seed: 3, withoutReplacement: true, episodeEndsTerminal })
      const seen = new Set<number>()
      for (let r = 0; r < batch; r++) {
        const key = drawn.observation[r * S]!
        const { next, reward, end, terminal } = wanted.get(key)!
        seen.add(key)
        // At the end of a file too: the next observation is the episode's own last one.
        expect(drawn.nextObservation.slice(r * S, (r + 1) * S)).toEqual(next)
        expect(drawn.reward[r]).toBeCloseTo(reward, 6)
        expect(drawn.terminal[r]).toBe((episodeEndsTerminal ? end : terminal) ? 1 : 0)
      }
      expect(seen.size).toBe(wanted.size)
    }
    const steps = (ends: EndReason[]) => ends.reduce((sum, _, i) => sum + 5 + 7 * i, 0)
    expect(origins.map(({ id, transitions }) => [id, transitions])).toEqual([
      ['a', steps(ENDS_A)],
      ['b', steps(ENDS_B)],
    ])
    expect(new Set(origins.map(({ hash }) => hash)).size).toBe(2)
  })

  test('train one policy that names them all; another order or another one is another training', async () => {
    const [a, b] = [record('a', ENDS_A), record('b', ENDS_B)]
    const folder = join(temporaryFolder(), 'p')
    const order = {
      id: 'p',
      folder,
      datasetPaths: [a, b],
      task: { kind: 'reach' as const, goal: GOAL },
      learner: 'td3',
      mode: 'paper',
      settings: { hidden1: 16, hidden2: 16 },
      actions: 'policy' as const,
      seed: 1,
      updates: 10,
      resume: false,
      threads: 1,
      evaluateEvery: 10,
    }
    const train = (changes: Partial<typeof order>) =>
      trainOrder(
        { ...order, ...changes },
        () => undefined,
        () => false,
      )
    await train({})
    const { dataset, joined } = readPolicy(folder).sheet
    expect([dataset?.id, ...(joined ?? []).map(({ id }) => id)]).toEqual(['a', 'b'])
    for (const datasetPaths of [[b, a], [a], [a, b, record('c', ENDS_A)]])
      await expect(train({ resume: true, updates: 20, datasetPaths })).rejects.toMatchObject({
        problem: { code: 'dataset-changed' },
      })
    expect(await train({ resume: true, updates: 20 })).toMatchObject({ end: 'done', updates: 20 })
  })

  test('are refused by name when they do not fit together', async () => {
    const a = record('a', ENDS_A)
    const base = sheet()
    const different: [string, Partial<RunSheet>][] = [
      ['observation', { observation: base.observation.with(0, { name: 'q1', unit: 'deg' }) }],
      ['action', { action: base.action.with(2, { name: 'torque', unit: 'Nm', scale: 0.5 }) }],
      ['action scale', { action: base.action.map((each) => ({ ...each, scale: 0.25 })) }],
      ['step period in s', { stepPeriodS: 0.1 }],
      ['options of the world', { worldOptions: { inertia: 'exact' } }],
    ]
    for (const [what, changes] of different) {
      const b = record('b', ENDS_B, changes)
      const problem = await problemOfLoading(a, b)
      expect(problem.code).toBe('datasets-differ')
      expect(problem.message).toContain(`${b} does not fit ${a}: the ${what} is "`)
    }
    expect(await problemOfLoading(a, record('h', ENDS_A, { world: 'Hopper-v1' }, null))).toMatchObject({
      code: 'task-unsuitable',
    })
    expect((await load(a, record('b', ENDS_B, { world: 'panda-fci' }))).origins).toHaveLength(2)
  })

  test('are refused when one is given twice, under another path too', async () => {
    const a = record('a', ENDS_A)
    const b = record('b', ENDS_A)
    const twin = record('a', ENDS_B)
    expect(await problemOfLoading(a, b, a)).toMatchObject({ code: 'dataset-twice' })
    const problem = await problemOfLoading(a, b, twin)
    expect(problem.code).toBe('dataset-twice')
    expect(problem.message).toContain(twin)
  })

  test('are read as they were at the beginning while one of them is being recorded', async () => {
    const a = record('a', ENDS_A)
    const path = join(temporaryFolder(), 'growing.forager')
    const recorder = openRecording({ path, sheet: sheet({ id: 'g', name: 'g' }), box: BOX })
    for (let i = 0; i < 20; i++) recordEpisode(recorder, 50)
    recorder.flush()
    let grown = 0
    const loading = loadReplay(
      [a, path],
      { kind: 'reach', goal: GOAL },
      {
        loaded: () => {
          recordEpisode(recorder, 50)
          recorder.flush()
          grown += 1
        },
        stopRequested: () => false,
      },
    )
    const { origins, replay } = (await loading)!
    recorder.close()
    expect(grown).toBeGreaterThan(0)
    expect(origins[1]?.transitions).toBe(1000)
    expect(replay.size).toBe(1000 + origins[0].transitions)
  })
})
