import { availableParallelism } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { refusal } from '../../contract/problem.ts'
import { native } from '../platform/native.ts'
import type { Replay } from '../platform/native-learn.ts'
import { boxUnplugTime } from './box-unplug-time.ts'
import { collectRate } from './collect-rate.ts'
import { controlCycleTime } from './control-cycle-time.ts'
import { coverageRate } from './coverage-rate.ts'
import { exploreRate } from './explore-rate.ts'
import { exportRates } from './export-rate.ts'
import { openTime } from './open-time.ts'
import { processKillTime } from './process-kill-time.ts'
import { sortTime } from './sort-time.ts'
import { stopTime } from './stop-time.ts'
import type { Verb, VerbInput } from './verb.ts'
import { episodeWriteRate, stepCommitRate } from './write-rate.ts'

/** One measured figure beside the limit that the same machine showed in the same run. */
export interface BenchResult {
  name: string
  value: number
  unit: string
  /** In the same unit; null where no limit is measured. */
  limit: number | null
  /** How near to the limit: value / limit of a rate or of a budget, which is kept below 1; limit / value of a latency. */
  fraction: number | null
}

/**
 * Rows measure themselves; each may take a few seconds. `patience` shortens rates that are measured for a given time: 1 is
 * the time that gives a steady figure. Add a row by adding a line here.
 */
const rows: Record<string, (patience: number) => Promise<BenchResult[]>> = {
  'fma-peak': fmaPeak,
  gemm,
  ...Object.fromEntries(native.describeLearners().map(({ name }) => [name, () => learner(name)])),
  act,
  'replay-sample': replaySample,
  'collect-halfcheetah': collectHalfCheetah,
  coverage,
  export: exports,
  ...Object.fromEntries(
    native
      .describeExplorers()
      .filter(({ learns }) => learns)
      .map(({ name }) => [`explore-${name}`, (patience: number) => explorer(name, patience)]),
  ),
  'open-1m': openMillion,
  'sort-100k': sortHundredThousand,
  'write-realtime': writeRealTime,
  'write-episodes': writeEpisodes,
  'control-cycle': controlCycle,
  'stop-latency': async () => [result('stop-latency', (await stopTime()).latency, 'ms', 2)],
  'stop-standstill': async () => [result('stop-standstill', (await stopTime()).standstill, 'ms', 150)],
  // Unplugged: 20 ms of the serial port and 5 ms of its thread, then the ramp.
  'box-unplug': async () => [result('box-unplug', await boxUnplugTime(), 'ms', 175)],
  // The robot's own rule of 20 missed commands, then its own brake from 0.5 rad/s.
  'process-kill': async () => [result('process-kill', await processKillTime(), 'ms', 95)],
}

const threads = availableParallelism()

/** All rows, or the one named. `patience` below 1 measures rates for a shorter time, which makes them less steady. */
export async function bench(options: { only?: string; patience?: number }): Promise<{ results: BenchResult[] }> {
  const names = options.only === undefined ? Object.keys(rows) : [options.only]
  const results: BenchResult[] = []
  for (const name of names) {
    const measure = Object.hasOwn(rows, name) ? rows[name] : undefined
    if (!measure) {
      throw refusal('unknown-bench', `There is no figure "${name}".`, `Known figures: ${Object.keys(rows).join(', ')}.`)
    }
    results.push(...(await measure(options.patience ?? 1)))
  }
  return { results }
}

function result(name: string, value: number, unit: string, limit: number | null): BenchResult {
  return { name, value, unit, limit, fraction: limit === null ? null : value / limit }
}

/** `limit`: the shortest time that the machine could take. */
function latency(name: string, value: number, limit: number, unit = 'us'): BenchResult {
  return { name, value, unit, limit, fraction: limit / value }
}

/** Floating-point multiply-adds in registers, on one thread and on all; the second may not scale. */
function fmaPeak(patience: number): Promise<BenchResult[]> {
  const one = native.multiplyAddRate(1, patience)
  const all = native.multiplyAddRate(threads, patience)
  return Promise.resolve([
    result('fma-peak-1-thread', one / 1e9, 'GFLOP/s', null),
    result('fma-peak', all / 1e9, 'GFLOP/s', (one * threads) / 1e9),
  ])
}

/** The products of the hidden layer of TD3: 100 transitions, 400 to 300 units. */
function gemm(patience: number): Promise<BenchResult[]> {
  const shape = { batch: 100, inputs: 400, outputs: 300 }
  return Promise.resolve(
    [1, threads].map((count) => {
      const peak = native.multiplyAddRate(count, 0.5 * patience)
      const value = native.denseRate(shape, count, patience)
      return result(count === 1 ? 'gemm-1-thread' : 'gemm', value / 1e9, 'GFLOP/s', peak / 1e9)
    }),
  )
}

/** A replay with the shape of HalfCheetah (17 observations, 6 actions) and arbitrary but fixed content. */
function halfCheetahReplay(episodes: number): Replay {
  const steps = 1000
  const replay = new native.Replay({ observationSize: 17, actionSize: 6 })
  const wave = (count: number, offset: number) =>
    Float32Array.from({ length: count }, (_, i) => Math.sin(offset + i * 1.7))
  for (let episode = 0; episode < episodes; episode++) {
    replay.addEpisode(
      wave((steps + 1) * 17, episode),
      wave(steps * 6, episode + 0.3),
      wave(steps, episode + 0.6),
      false,
    )
  }
  return replay
}

/** Updates of a learner in paper mode on all threads, against what the peak would allow for its products alone. */
async function learner(name: string): Promise<BenchResult[]> {
  const replay = halfCheetahReplay(100)
  const job = new native.TrainingJob({
    learner: name,
    mode: 'paper',
    settings: fromTheFirst(name),
    seed: 0,
    threads,
    replay,
  })
  const operations = job.operationsPerUpdate
  let peak = native.multiplyAddRate(threads, 0.5)
  // As many updates as take some seconds; below 2000 each has a curve point with its time.
  job.start(Math.round(Math.min(1500, Math.max(60, 3 * (peak / operations)))))
  const seconds: number[] = []
  for (let running = true; running;) {
    await pause(20)
    const { state, points } = job.progress()
    running = state === 'running'
    for (let at = 1; at < points.length; at += 6) seconds.push(points[at] as number)
  }
  job.close()
  peak = Math.max(peak, native.multiplyAddRate(threads, 0.5))
  return [result(name, bestRate(seconds, peak / operations), 'updates/s', peak / operations)]
}

/** Settings with which everything that a learner learns is learned from the first update on. */
function fromTheFirst(learner: string): Record<string, number> {
  const found = native.describeLearners().find(({ name }) => name === learner)
  return found?.settings.some(({ key }) => key === 'modelUpdates') ? { modelUpdates: 0 } : {}
}

/** Updates per second of the fastest tenth of a second, like the peak: other programs can only slow a window down. */
function bestRate(seconds: number[], limit: number): number {
  const window = Math.min(50, Math.max(5, Math.ceil(limit / 10)))
  return seconds.slice(window).reduce((best, end, i) => Math.max(best, window / (end - (seconds[i] as number))), 0)
}

/** One action of a trained actor of TD3's size, called from JavaScript, beside its multiply-adds at one thread's peak. */
function act(): Promise<BenchResult[]> {
  const replay = halfCheetahReplay(1)
  const job = new native.TrainingJob({ learner: 'td3', mode: 'paper', settings: {}, seed: 0, threads: 1, replay })
  const parts = job.policy()
  job.close()
  const policy = new native.Policy(parts)
  const observation = new Float32Array(policy.observationSize).fill(0.5)
  const action = new Float32Array(policy.actionSize)
  const operations = Object.values(parts.networks)
    .flat()
    .reduce((sum, layer) => sum + 2 * layer.inputs * layer.outputs, 0)
  const least = (operations / native.multiplyAddRate(1, 0.5)) * 1e6
  return Promise.resolve([
    latency(
      'act',
      medianOf(() => policy.act(observation, action)),
      least,
    ),
  ])
}

/** Median of single calls one after another, the clock's own time included, us. */
function medianOf(call: () => void): number {
  const calls = Array.from({ length: 10_001 }, () => {
    const start = performance.now()
    call()
    return (performance.now() - start) * 1000
  })
  return calls.sort((a, b) => a - b)[5000] as number
}

/** Transitions drawn in batches of 100 from a million, one thread. */
function replaySample(patience: number): Promise<BenchResult[]> {
  const rate = halfCheetahReplay(1000).sampleRate(100, patience)
  return Promise.resolve([result('replay-sample', rate, 'transitions/s', null)])
}

/** HalfCheetah explored by random linear policies and recorded, against the physics of the same steps alone. */
async function collectHalfCheetah(): Promise<BenchResult[]> {
  const { steps, physics } = await collectRate('HalfCheetah-v1')
  return [result('collect-halfcheetah', steps, 'steps/s', physics)]
}

/** What a million transitions of the arm cover, measured, against reading their signals alone. */
async function coverage(): Promise<BenchResult[]> {
  const { measured, read } = await coverageRate()
  return [result('coverage', measured, 'transitions/s', read)]
}

/** A dataset of a million transitions from the disk to its first page of episodes, against reading the bytes of their list. */
async function openMillion(): Promise<BenchResult[]> {
  const { open, read } = await openTime()
  return [latency('open-1m', open, read, 'ms')]
}

/** Another order of a list of 100,000 episodes, against sorting as many numbers. */
async function sortHundredThousand(): Promise<BenchResult[]> {
  const { sorted, least } = await sortTime()
  return [latency('sort-100k', sorted, least, 'ms')]
}

/** Steps that are each forced to disk before the next, against plain writes of the same size that are forced likewise. */
async function writeRealTime(): Promise<BenchResult[]> {
  const { steps, writes } = await stepCommitRate()
  return [result('write-realtime', steps, 'steps/s', writes)]
}

/** Signals of whole episodes onto the disk at full speed, against a plain file of the same bytes. */
async function writeEpisodes(): Promise<BenchResult[]> {
  const { recorded, raw } = await episodeWriteRate()
  return [result('write-episodes', recorded / 1e6, 'MB/s', raw / 1e6)]
}

/** A dataset written in each format, against writing the same bytes and nothing else. */
async function exports(): Promise<BenchResult[]> {
  const rates = await exportRates()
  return rates.map(({ format, written, plain }) => result(`export-${format}`, written / 1e6, 'MB/s', plain / 1e6))
}

/** Steps of a learning explorer in paper mode, each with its update, against the peak for the update's products alone. */
function explorer(name: string, patience: number): Promise<BenchResult[]> {
  const before = native.multiplyAddRate(threads, 0.5 * patience)
  const { steps, operations } = exploreRate(name, threads, 3 * patience)
  const peak = Math.max(before, native.multiplyAddRate(threads, 0.5 * patience))
  return Promise.resolve([result(`explore-${name}`, steps, 'steps/s', operations > 0 ? peak / operations : null)])
}

/** From state to command while an arm moves in real time: the median, and the longest of 99 % and of 99.99 %. */
async function controlCycle(): Promise<BenchResult[]> {
  const { p50, p99, p9999, budget } = await controlCycleTime()
  return [
    result('control-cycle-p50', p50, 'us', budget),
    result('control-cycle-p99', p99, 'us', budget),
    result('control-cycle', p9999, 'us', budget),
  ]
}

function asText(results: BenchResult[]): string {
  const number = (value: number) => value.toLocaleString('en', { maximumSignificantDigits: 4 })
  return results
    .map((row) => {
      const limit =
        row.limit === null ? '' : `   limit ${number(row.limit)}   ${(100 * (row.fraction ?? 0)).toFixed(0)} %`
      return `${row.name.padEnd(20)} ${number(row.value).padStart(12)} ${row.unit}${limit}`
    })
    .join('\n')
}

async function run(input: VerbInput) {
  const { results } = await bench(input.has('only') ? { only: input.text('only') } : {})
  return { json: { results }, text: asText(results) }
}

export const verb: Verb = {
  name: 'bench',
  summary: 'Speed figures beside the limits of this machine, measured in the same run.',
  operands: [],
  options: [{ name: 'only', kind: 'text', placeholder: 'NAME', help: 'measure this figure alone' }],
  run,
}
