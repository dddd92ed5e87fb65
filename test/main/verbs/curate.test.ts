import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { parseEpisodes, parseSteps } from '../../../src/main/verbs/episode-list.ts'
import { BOX, recordEpisode, refusalCode, sheet, temporaryFolder } from '../dataset/synthetic.ts'
import { runCli } from './run-cli.ts'

function recorded(folder: string, name: string): string {
  const path = join(folder, `${name}.forager`)
  const recorder = openRecording({ path, sheet: sheet({ id: name, name, target: 180 }), box: BOX })
  for (const steps of [30, 50, 100]) recordEpisode(recorder, steps)
  recorder.close()
  return path
}

async function told(...words: string[]): Promise<Record<string, unknown>> {
  const run = await runCli(...words, '--json')
  if (run.code !== 0) throw new Error(run.stderr)
  return run.json()
}

test('curate leaves out, tells what is left out, and takes it back', async () => {
  const a = recorded(temporaryFolder(), 'a')
  expect(await told('curate', a, 'exclude', '--episodes', '1-2', '--operator', 'M. Osei')).toMatchObject({
    event: { sequence: 1, says: 'Exclude episodes 1 and 2' },
    transitions: 100,
    left_out_transitions: 80,
    excluded_episodes: [1, 2],
  })
  expect(await told('curate', a, 'trim', '--episodes', '3', '--steps', '11..90')).toMatchObject({
    transitions: 80,
    trimmed_episodes: [{ episode: 3, first_step: 11, last_step: 90 }],
  })
  expect(await told('info', a, '--brief')).toMatchObject({
    transitions: 80,
    episodes: 1,
    left_out: { episodes: 2, trimmed_episodes: 1, transitions: 100 },
    end_reasons: { 'step-limit': 1 },
  })
  expect(await told('check', a)).toMatchObject({ episodes: 1, excluded_episodes: 2 })
  expect(await told('curate', a, 'undo')).toMatchObject({ transitions: 100, undo: 'Exclude episodes 1 and 2' })
  const state = await told('curate', a)
  expect(state).toMatchObject({ event: null, redo: 'Trim episode 3 to steps 11 to 90' })
  expect((state.history as { operator: string }[]).map(({ operator }) => operator)).toEqual(['', '', 'M. Osei'])
  expect((await runCli('curate', a, 'redo')).stdout).toContain('curate undo takes it back')
  expect((await runCli('curate', a, 'undo')).stdout).toContain('curate redo takes it back')
})

test('view counts before it writes, and tells later what it holds', async () => {
  const folder = temporaryFolder()
  const [a, b] = [recorded(folder, 'a'), recorded(folder, 'b')]
  const view = join(folder, 'long.forager-view')
  const make = ['view', view, '--source', a, '--source', b, '--min-steps', '50']
  expect(await told(...make, '--dry-run')).toMatchObject({ saved: false, episodes: 4, transitions: 300 })
  expect(existsSync(view)).toBe(false)
  expect(await told(...make)).toMatchObject({ saved: true, episodes: 4 })
  await told('curate', b, 'exclude', '--episodes', '3')
  expect(await told('view', view)).toMatchObject({ saved: false, episodes: 3, transitions: 200, problem: null })
})

test('words that do not fit are refused before anything is touched', async () => {
  const a = recorded(temporaryFolder(), 'a')
  for (const words of [['fly'], ['exclude'], ['tag', '--tag', '<>']]) {
    const run = await runCli('curate', a, ...words, '--json')
    expect([run.code, run.problem().code]).toEqual([1, 'bad-arguments'])
  }
  expect(await told('curate', a)).toMatchObject({ history: [], transitions: 180 })
})

test('numbers and ranges of episodes and steps', () => {
  expect(parseEpisodes('7-9, 3,8')).toEqual([3, 7, 8, 9])
  expect(parseSteps('1..1')).toEqual({ from: 0, to: 1 })
  for (const text of ['', '0', '1-', 'a', '1,,2', '5-4', '1-999999999', '1.5', '-3'])
    expect(refusalCode(() => parseEpisodes(text))).toBe('bad-arguments')
  for (const text of ['', '0..4', '4..3', '5', 'a..b', '1..9007199254740993'])
    expect(refusalCode(() => parseSteps(text))).toBe('bad-arguments')
})
