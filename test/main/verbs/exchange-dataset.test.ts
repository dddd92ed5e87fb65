import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { contentOf, recordRandom } from '../formats/datasets-of-all-kinds.ts'
import { writeForeignD4rl } from '../formats/foreign-hdf5.ts'
import { runCli } from './run-cli.ts'

test('forager export and import take a dataset out and back, and say what the format cannot hold before they write', async () => {
  const home = temporaryFolder()
  const [path, out, back] = [join(home, 'a.forager'), join(home, 'a.hdf5'), join(home, 'b.forager')]
  recordRandom(path, { kind: 'locomotion', seed: 21, episodes: 4, longest: 20 })
  const before = contentOf(path)
  const transitions = before.episodes.reduce((sum, { steps }) => sum + steps, 0)

  const exported = await runCli('export', path, '--format', 'd4rl', '--out', out, '--actions', 'sent', '--json')
  const report = exported.json()
  expect(report).toMatchObject({ what: 'dataset', source: path, format: 'd4rl', out, episodes: 4, transitions })
  expect(report.bytes).toBeGreaterThan(1000)
  const losses = report.losses as string[]
  expect(losses.length).toBeGreaterThan(2)
  for (const loss of losses) expect(exported.stderr).toContain(`Not in D4RL HDF5: ${loss}`)

  const imported = await runCli('import', out, '--out', back, '--json')
  expect(imported.json()).toMatchObject({ what: 'dataset', format: 'd4rl', out: back, episodes: 4, transitions })
  expect(contentOf(back)).toEqual(before)
  const again = await runCli('import', out, '--out', back, '--json')
  expect([again.code, again.problem().code]).toEqual([1, 'target-exists'])
})

test('data of an unknown world can be looked at, checked and trained from', async () => {
  const home = temporaryFolder()
  const [foreign, path, policy] = [join(home, 'foreign.hdf5'), join(home, 'a.forager'), join(home, 'policy')]
  await writeForeignD4rl(foreign)
  const imported = await runCli('import', foreign, '--out', path, '--period', '0.1', '--json')
  expect(imported.json()).toMatchObject({ what: 'dataset', format: 'd4rl', episodes: 3, transitions: 12 })
  expect(imported.json().beliefs).toContainEqual(expect.stringContaining('taken as stopped'))
  const info = (await runCli('info', path, '--json')).json()
  expect(info).toMatchObject({ world: 'imported', episodes: 3, transitions: 12 })
  expect(info.end_reasons).toEqual({ terminal: 1, 'step-limit': 1, 'operator-stop': 1 })
  expect((await runCli('check', path, '--json')).json()).toMatchObject({ ok: true })
  const order = ['--task', 'env', '--learner', 'td3', '--updates', '5', '--policy', policy, '--json']
  expect((await runCli('train', '--dataset', path, ...order)).json()).toMatchObject({ updates: 5 })
})

test('what cannot be exported or imported is refused, and nothing is written', async () => {
  const home = temporaryFolder()
  const path = join(home, 'a.forager')
  recordRandom(path, { kind: 'arm', seed: 22, episodes: 1, longest: 5 })
  const policyFormat = await runCli('export', path, '--format', 'onnx', '--out', join(home, 'a.onnx'), '--json')
  expect(policyFormat.problem().code).toBe('bad-arguments')
  const name = await runCli('export', path, '--format', 'minari', '--out', join(home, 'a'), '--json')
  expect(name.problem().code).toBe('name-unsuitable')
  const unknown = await runCli('import', path, '--out', join(home, 'b.forager'), '--json')
  expect(unknown.problem().code).toBe('import-unknown')
  const missing = await runCli('import', join(home, 'none.hdf5'), '--out', join(home, 'b.forager'), '--json')
  expect(missing.problem().code).toBe('import-missing')
  expect(readdirSync(home)).toEqual(['a.forager'])
  expect(existsSync(join(home, 'b.forager'))).toBe(false)
})
