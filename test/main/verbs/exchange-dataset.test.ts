import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, readdirSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { contentOf, recordRandom } from '../formats/datasets-of-all-kinds.ts'
import { writeForeignD4rl } from '../formats/foreign-hdf5.ts'
import { readDiskLog } from '../../doubles/disk-log.ts'
import { onFailingDisk } from '../../doubles/failing-disk.ts'
import { until } from '../../doubles/until.ts'
import { CLI, runCli, startCliIn } from './run-cli.ts'

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

/**
 * Runs the program twice alike, with two names for what it makes. The second time the disk does nothing for two seconds
 * when that is forced to it, and in that time the program ends with all its processes, as in a power cut.
 */
async function killed(folder: string, makes: string, name: string, ...words: string[]): Promise<void> {
  const log = join(temporaryFolder(), 'log')
  const whole = await startCliIn(onFailingDisk(folder, { log }), ...words, '--out', join(folder, makes)).done
  expect(whole.code, whole.stderr).toBe(0)
  const calls = readDiskLog(log).filter(({ kind }) => kind !== 'said' && kind !== 'create')
  const stallAt = 1 + calls.findLastIndex((call) => call.kind === 'sync' && call.name === `${makes}.partial`)
  const again = spawn(process.execPath, [CLI, ...words, '--out', join(folder, name)], {
    env: onFailingDisk(folder, { stallAt }),
    detached: true,
    stdio: 'ignore',
  })
  const ended = once(again, 'exit')
  await until(() => existsSync(join(folder, `${name}.partial`)))
  await sleep(300)
  process.kill(-again.pid!, 'SIGKILL')
  expect(await ended).toEqual([null, 'SIGKILL'])
}

test('an export whose own process is killed is refused, and nothing of it stays', async () => {
  const home = temporaryFolder()
  const [path, out] = [join(home, 'a.forager'), join(home, 'a.hdf5')]
  recordRandom(path, { kind: 'arm', seed: 25, episodes: 3, longest: 20 })
  const words = ['export', path, '--format', 'd4rl', '--json', '--out', out]
  const { code, problem } = await startCliIn(onFailingDisk(home, { killAt: 1 }), ...words).done
  expect([code, problem().code]).toEqual([1, 'exchange-failed'])
  expect(readdirSync(home)).toEqual(['a.forager'])
})

test('what a killed export or import has left has no final name, is named by the check, and is replaced by the next', async () => {
  const home = temporaryFolder()
  const [path, out, back] = [join(home, 'a.forager'), join(home, 'a.hdf5'), join(home, 'b.forager')]
  recordRandom(path, { kind: 'arm', seed: 23, episodes: 3, longest: 20 })
  const [bytes, content] = [readFileSync(path), contentOf(path)]
  const exporting = ['export', path, '--format', 'd4rl', '--json']
  await killed(home, 'b.hdf5', 'a.hdf5', ...exporting)
  expect([existsSync(out), existsSync(`${out}.partial`)]).toEqual([false, true])
  // What is written just now is not left over.
  const longAgo = Date.now() / 1000 - 3600
  utimesSync(`${out}.partial`, longAgo, longAgo)
  const { problems } = (await runCli('check', path, '--json')).json() as { problems: { message: string }[] }
  const named = problems.find(({ message }) => message.includes(`${out}.partial`))
  expect(named?.message).toMatch(/\d/)
  expect((await runCli(...exporting, '--out', out)).json()).toMatchObject({ episodes: 3 })
  expect(existsSync(`${out}.partial`)).toBe(false)

  const importing = ['import', out, '--json']
  await killed(home, 'c.forager', 'b.forager', ...importing)
  expect(existsSync(back)).toBe(false)
  expect(statSync(`${back}.partial`).isFile()).toBe(true)
  expect((await runCli(...importing, '--out', back)).json()).toMatchObject({ episodes: 3 })
  expect(contentOf(back)).toEqual(content)
  expect(readFileSync(path)).toEqual(bytes)
  expect(readdirSync(home).toSorted()).toEqual(['a.forager', 'a.hdf5', 'b.forager', 'b.hdf5', 'c.forager'])
})

test.each([
  [['export', 'A', '--format', 'd4rl'], 'bad-arguments'],
  [['export', 'A', '--format', 'hdf5', '--out', 'X'], 'bad-arguments'],
  [['export', 'A', '--format', 'csv', '--out', 'X', '--actions', 'both'], 'bad-arguments'],
  [['export', 'NONE', '--format', 'csv', '--out', 'X'], 'nothing-to-export'],
  [['export', 'A', '--format', 'csv', '--out', 'NONE/X'], 'folder-missing'],
  [['export', 'A', '--format', 'csv', '--out', 'A'], 'target-exists'],
  [['import', 'A', '--out', 'X', '--format', 'rlds'], 'bad-arguments'],
  [['import', 'A', '--out', 'X', '--period', '-1'], 'bad-arguments'],
  [['import', 'A', '--out', 'X', '--episode-steps', '1.5'], 'bad-arguments'],
  [['import', 'A', '--out', 'X', '--world', 'moon'], 'bad-arguments'],
  [['import', 'A', '--out', 'A'], 'target-exists'],
  [['import', 'A', '--out', 'NONE/X'], 'folder-missing'],
] as const)('%j is refused with %s, in words, and nothing is written', async (words, code) => {
  const home = temporaryFolder()
  recordRandom(join(home, 'A'), { kind: 'arm', seed: 24, episodes: 1, longest: 5 })
  const given = words.map((word) => (/^(A|X|NONE.*)$/.test(word) ? join(home, word) : word))
  const { code: exit, problem } = await runCli(...given, '--json')
  expect(exit).toBe(1)
  expect(problem().code).toBe(code)
  expect([problem().message, problem().tip]).not.toContain('')
  expect(readdirSync(home)).toEqual(['A'])
})
