import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Job, TrainStart } from '../../../src/contract/learner.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { JobQueue } from '../../../src/main/learner/job-queue.ts'
import { readPolicy } from '../../../src/main/policy/policy-folder.ts'
import { startTraining } from '../../../src/main/workers/training-thread.ts'
import { BOX, recordEpisode, refusalCode, sheet, temporaryFolder } from '../dataset/synthetic.ts'

const START: TrainStart = {
  dataset: 'd',
  task: { kind: 'reach', goal: [0.4, 0.2, 0.5] },
  learner: 'td3',
  mode: 'paper',
  updates: 40,
  seed: 1,
  settings: { hidden1: 32, hidden2: 32 },
  actions: 'policy',
}

/** A station folder with one small dataset of id `d`. */
function home(): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'datasets'))
  const path = join(folder, 'datasets', 'd.forager')
  const recorder = openRecording({ path, sheet: sheet({ id: 'd', name: 'd' }), box: BOX })
  for (let i = 0; i < 3; i++) recordEpisode(recorder, 60)
  recorder.close()
  return folder
}

function open(folder: string): JobQueue {
  const queue = new JobQueue({
    home: folder,
    box: BOX,
    cores: 1,
    dataset: (id) =>
      id === 'd' || id === 'e'
        ? { path: join(folder, 'datasets', `${id}.forager`), name: id, explorer: id === 'd' ? 'random' : 'gep' }
        : undefined,
    armRuns: () => false,
    startTraining,
  })
  onTestFinished(() => queue.close())
  return queue
}

/** Waits until the jobs are as wished. */
function until(queue: JobQueue, wished: (jobs: Job[]) => boolean): Promise<Job[]> {
  return new Promise((resolve) => {
    const off = queue.jobs.onChange(look)
    look()
    function look(): void {
      const jobs = queue.jobs.current()
      if (!wished(jobs)) return
      off()
      resolve(jobs)
    }
  })
}

const states = (jobs: Job[]): string[] => jobs.map((job) => job.state)

describe('the job queue', () => {
  test('runs one training after another, in threads of their own', async () => {
    const queue = open(home())
    queue.add(START)
    queue.add({ ...START, seed: 2 })
    expect(states(queue.jobs.current())).toEqual(['loading', 'waiting'])
    let most = 0
    const off = queue.jobs.onChange(() => {
      const active = states(queue.jobs.current()).filter((state) => state !== 'waiting' && state !== 'done')
      most = Math.max(most, active.length)
    })
    const jobs = await until(queue, (all) => all.every((job) => job.state === 'done'))
    off()
    expect(most).toBe(1)
    for (const job of jobs) {
      expect(job).toMatchObject({ updates: 40, target: 40, problem: null, datasetName: 'd', explorer: 'random' })
      expect(job.closestM).toBeGreaterThan(0)
      expect(readPolicy(job.policyPath).sheet).toMatchObject({ id: job.id, updates: 40, seed: job.seed })
      expect(queue.curve(job.id, 0).at(-1)).toMatchObject({ update: 40, closestM: job.closestM })
      expect(queue.curve(job.id, queue.curve(job.id, 0).length)).toEqual([])
    }
  })

  test('stops a training with its checkpoint, survives a restart and resumes', async () => {
    const folder = home()
    const first = open(folder)
    const { id } = first.add({ ...START, updates: 50_000_000 })
    const waiting = first.add({ ...START, seed: 3 })
    await until(first, (all) => (all[0]?.updates ?? 0) > 0)
    await first.close()

    const second = open(folder)
    const [job, other] = second.jobs.current()
    expect(job).toMatchObject({ id, state: 'stopped', target: 50_000_000 })
    expect(other).toMatchObject({ id: waiting.id, state: 'stopped', updates: 0 })
    const reached = job?.updates ?? 0
    expect(reached).toBeGreaterThan(0)
    expect(readPolicy(job?.policyPath ?? '').sheet.updates).toBe(reached)

    second.resume(id)
    await until(second, (all) => (all[0]?.updates ?? 0) > reached)
    second.stop(id)
    const [stopped] = await until(second, (all) => all[0]?.state === 'stopped')
    expect(stopped?.updates).toBeGreaterThan(reached)
    second.remove(id)
    expect(second.jobs.current().map((each) => each.id)).toEqual([waiting.id])
    // The policy stays: only the line in the list is gone.
    expect(readPolicy(stopped?.policyPath ?? '').sheet.id).toBe(id)
  })

  test('pauses the training that runs, which keeps its place, and lets it go on or stops it from there', async () => {
    const queue = open(home())
    const { id } = queue.add({ ...START, updates: 50_000_000 })
    const other = queue.add({ ...START, seed: 2 })
    await until(queue, (all) => (all[0]?.updates ?? 0) > 0)
    expect(refusalCode(() => queue.pause(other.id))).toBe('job-not-running')
    queue.pause(id)
    queue.pause(id) // harmless
    const checkpointAge = (jobs: Job[]) => jobs[0]?.checkpointAgeS ?? Infinity
    await until(queue, (all) => all[0]?.state === 'paused' && checkpointAge(all) < 1)
    const at = queue.jobs.current()[0]!.updates
    await new Promise((resolve) => setTimeout(resolve, 300))
    const held = queue.jobs.current()
    expect(states(held)).toEqual(['paused', 'waiting'])
    expect(held[0]).toMatchObject({ updates: at, updatesPerS: null })
    queue.resume(id)
    await until(queue, (all) => (all[0]?.updates ?? 0) > at)
    expect(states(queue.jobs.current())).toEqual(['running', 'waiting'])
    queue.pause(id)
    await until(queue, (all) => all[0]?.state === 'paused')
    queue.stop(id)
    const jobs = await until(queue, (all) => all[0]?.state === 'stopped' && all[1]?.state === 'done')
    expect(jobs[0]?.updates).toBeGreaterThan(at)
    expect(refusalCode(() => queue.pause(id))).toBe('job-not-running')
  })

  test('joins datasets, in the order given, over a restart', async () => {
    const folder = home()
    const path = join(folder, 'datasets', 'e.forager')
    const recorder = openRecording({ path, sheet: sheet({ id: 'e', name: 'e', explorer: 'gep' }), box: BOX })
    recordEpisode(recorder, 40)
    recorder.close()
    const first = open(folder)
    expect(refusalCode(() => first.add({ ...START, joined: ['gone'] }))).toBe('dataset-unknown')
    first.add({ ...START, updates: 50_000_000 })
    const { id } = first.add({ ...START, joined: ['e'] })
    await first.close()
    const second = open(folder)
    second.remove(second.jobs.current()[0]!.id)
    second.resume(id)
    const [job] = await until(second, (all) => all[0]?.state === 'done')
    expect(job).toMatchObject({ datasetId: 'd+e', datasetName: 'd + e', explorer: 'random+gep' })
    const { dataset, joined } = readPolicy(job?.policyPath ?? '').sheet
    expect([dataset?.transitions, joined?.map(({ id: name, transitions }) => [name, transitions])]).toEqual([
      180,
      [['e', 40]],
    ])
  })

  test('lets a training that waits leave the list, and one that runs only when it is stopped', async () => {
    const folder = home()
    const queue = open(folder)
    const { id } = queue.add({ ...START, updates: 50_000_000 })
    const waiting = queue.add({ ...START, seed: 2 })
    queue.remove(waiting.id)
    expect(queue.jobs.current().map((job) => job.id)).toEqual([id])
    expect(refusalCode(() => queue.remove(id))).toBe('job-active')
    queue.stop(id)
    // Nothing starts in its place, and a restart does not bring the other one back.
    expect(states(await until(queue, (all) => all[0]?.state === 'stopped'))).toEqual(['stopped'])
    expect(
      open(folder)
        .jobs.current()
        .map((job) => job.id),
    ).toEqual([id])
  })

  test('takes a waiting training out and says why one failed', async () => {
    const folder = home()
    const queue = open(folder)
    queue.add({ ...START, updates: 50_000_000 })
    const second = queue.add({ ...START, seed: 2 })
    queue.stop(second.id)
    expect(queue.jobs.current()[1]?.state).toBe('stopped')
    queue.stop(queue.jobs.current()[0]?.id ?? '')
    await until(queue, (all) => all[0]?.state === 'stopped')

    writeFileSync(join(folder, 'datasets', 'd.forager'), 'not a dataset any more')
    queue.resume(second.id)
    const jobs = await until(queue, (all) => all[1]?.state === 'failed')
    expect(jobs[1]?.problem?.code).toBe('not-a-dataset')
  })

  test('refuses what it cannot train, before anything is queued', () => {
    const queue = open(home())
    const code = (changes: Partial<TrainStart>): string => refusalCode(() => queue.add({ ...START, ...changes }))
    expect(code({ dataset: 'gone' })).toBe('dataset-unknown')
    expect(code({ learner: 'magic' })).toBe('learner-unknown')
    expect(code({ settings: { colour: 1 } })).toBe('setting-unknown')
    expect(code({ settings: { batch: -1 } })).toBe('setting-range')
    expect(code({ settings: { batch: 10.5 } })).toBe('setting-range')
    expect(code({ task: { kind: 'reach', goal: [0.4, 0.2, 0.9] } })).toBe('goal-out-of-reach')
    expect(code({ task: { kind: 'reach', goal: [NaN, 0.2, 0.5] } })).toBe('task-unreadable')
    expect(refusalCode(() => queue.stop('gone'))).toBe('job-unknown')
    expect(queue.jobs.current()).toEqual([])
  })
})
