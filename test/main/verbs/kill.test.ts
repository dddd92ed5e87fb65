import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { recoverDataset } from '../../../src/main/dataset/recover.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { committedIn, progress, runCli, startCli } from './run-cli.ts'

const KILLS = 6

/** Deterministic "random" moments, ms, so that a failure can be seen again. */
function moments(count: number): number[] {
  let state = 12345
  return Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) % 2 ** 31
    return state % 900
  })
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Starts a run, kills it and returns how many transitions it had called committed. `least`: wait for that many first. */
async function runAndKill(words: string[], least: number, wait: number): Promise<number> {
  const run = startCli('collect', ...words, '--transitions', '50000000')
  if (least > 0) await progress(run, least)
  await sleep(wait)
  run.child.kill('SIGKILL')
  return committedIn((await run.done).stderr)
}

/** Opens the dataset of a killed run and compares it with what the run had said. Returns its transitions. */
function checkKilled(path: string, told: number): { transitions: number; crashed: boolean } {
  const cut = recoverDataset(path)
  const reader = new DatasetReader(path)
  try {
    const { transitions } = reader.totals()
    expect(transitions).toBeGreaterThanOrEqual(told)
    if (cut) expect(reader.trainingEpisode(cut.episode)).toMatchObject({ steps: cut.steps, endReason: 'crash' })
    // Reads every blob against its checksum.
    const lengths = [...reader.trainingEpisodes()].map(({ steps, observations }) => [
      steps,
      observations.length / 14 - 1,
    ])
    expect(lengths.every(([steps, observed]) => steps === observed)).toBe(true)
    expect(lengths.reduce((sum, [steps]) => sum + steps!, 0)).toBe(transitions)
    return { transitions, crashed: cut !== null }
  } finally {
    reader.close()
  }
}

test(`a run killed ${KILLS} times at random moments keeps every committed step and reaches its exact target`, async () => {
  const path = join(temporaryFolder(), 'a.forager')
  const words = ['--world', 'panda', '--explorer', 'random', '--seed', '3', '--dataset', path, '--json']
  let before = 0
  let crashes = 0
  for (const [i, wait] of moments(KILLS).entries()) {
    // Every third one dies wherever it is, also before it has begun.
    const told = await runAndKill(words, i % 3 === 0 ? 0 : before + 1, wait)
    if (!existsSync(path)) continue
    const { transitions, crashed } = checkKilled(path, Math.max(before, told))
    before = transitions
    if (crashed) crashes += 1
  }
  expect(before).toBeGreaterThan(1000)
  const target = before + 1234
  const last = await runCli('collect', ...words, '--transitions', String(target))
  expect(last.json()).toMatchObject({ transitions: target, resumed_from: before })
  const check = (await runCli('check', path, '--json')).json() as { ok: boolean; problems: { code: string }[] }
  expect(check.ok).toBe(true)
  // Each cut is named.
  expect(check.problems.map(({ code }) => code)).toEqual(Array.from({ length: crashes }, () => 'cut'))
  const info = (await runCli('info', path, '--json')).json() as { end_reasons: Record<string, number> }
  expect(info.end_reasons['crash'] ?? 0).toBe(crashes)
})
