import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ExperimentPlan, JobResult } from '../../../src/contract/experiment.ts'
import { EvaluationLog } from '../../../src/main/experiment/evaluation-log.ts'
import { ExperimentReader, fractionDone, timeLeft } from '../../../src/main/experiment/experiment-reader.ts'
import { Experiments } from '../../../src/main/experiment/experiments.ts'
import { JobFolder } from '../../../src/main/experiment/job-folder.ts'
import { makePlan, withExpectedTimes } from '../../../src/main/experiment/make-plan.ts'
import { beginPlan } from '../../../src/main/experiment/plan-file.ts'
import { writeResults } from '../../../src/main/experiment/result-files.ts'
import { armLimits } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'

const GOAL_A = { name: 'A', position: [0.45, 0.25, 0.3] as [number, number, number] }
const COLLECT = 'collect-panda-random-paper-s0'
const TRAIN = 'train-panda-random-paper-td3-A-s0'
const EVALUATE = 'evaluate-panda-random-paper-td3-A-s0'

/** A planned experiment of two seeds below a station's folder: 600 updates, an evaluation every 10. */
function planned(): { home: string; folder: string; plan: ExperimentPlan; job(id: string): JobFolder } {
  const home = temporaryFolder()
  const folder = join(home, 'experiments', 'mine')
  const plan = makePlan(
    {
      experiment: 'table1',
      scale: 0.002,
      seeds: 2,
      modes: [],
      worlds: [],
      explorers: ['random'],
      learners: ['td3'],
      goals: [GOAL_A],
    },
    { explorers: native.describeExplorers(), box: armLimits().box, appVersion: '0' },
  )
  const expected = { collect: 10, train: 100, evaluate: 1 }
  const kept = beginPlan(
    folder,
    withExpectedTimes(plan, ({ kind }) => expected[kind]),
  )
  return { home, folder, plan: kept, job: (id) => new JobFolder(folder, id) }
}

function finish(folder: JobFolder, job: string, wallS: number, closestM: number | null = null): void {
  mkdirSync(folder.path, { recursive: true })
  const figures = { return: -10, steps: 1000, endReason: 'step-limit' as const, closestM, finalM: closestM }
  const evaluation = closestM === null ? null : { update: 600, episodes: [figures] }
  const result: JobResult = { job, finishedAt: 0, wallS, evaluation, facts: {} }
  folder.finish(result)
}

describe('an experiment as the station sees it', () => {
  test('goes from waiting over collecting and training to done, with its value and that of the paper', async () => {
    const { home, job } = planned()
    const experiments = new Experiments(home)
    const cell = async () => (await experiments.view('mine')).cells[0]
    expect(await cell()).toMatchObject({ state: 'waiting', fraction: 0, value: null, paperM: 0.46, runsTotal: 2 })
    const lock = job(COLLECT).claim()
    job(COLLECT).tellProgress({ fraction: 0.5, note: '200 of 400 transitions' })
    expect(await cell()).toMatchObject({ state: 'collecting', note: 'seed 0, 200 of 400 transitions' })
    finish(job(COLLECT), COLLECT, 10)
    lock?.release()
    const training = job(TRAIN).claim()
    job(TRAIN).tellProgress({ fraction: 0.25, note: '150 of 600 updates' })
    // (10 + 25) of the expected 2 (10 + 100 + 1).
    expect(await cell()).toMatchObject({ state: 'training', note: 'seed 0, goal A, 150 of 600 updates' })
    expect((await cell())?.fraction).toBeCloseTo(35 / 222)
    finish(job(TRAIN), TRAIN, 100)
    training?.release()
    finish(job(EVALUATE), EVALUATE, 1, 0.3)
    expect(await cell()).toMatchObject({ state: 'waiting', value: 0.3, low: null, finalM: 0.3, runs: 1 })
    finish(job(COLLECT.replace('s0', 's1')), COLLECT, 10)
    finish(job(TRAIN.replace('s0', 's1')), TRAIN, 100)
    finish(job(EVALUATE.replace('s0', 's1')), EVALUATE, 1, 0.5)
    expect(await cell()).toMatchObject({ state: 'done', fraction: 1, value: 0.4, low: 0.3, high: 0.5, runs: 2 })
  })

  test('a failure is said, and what needs it is blocked', async () => {
    const { home, job } = planned()
    job(COLLECT).fail({ code: 'disk-full', message: 'The disk is full.', tip: 'Make room.' })
    const view = await new Experiments(home).view('mine')
    expect(view.jobs).toEqual({ waiting: 3, running: 0, done: 0, failed: 1, blocked: 2 })
    expect(view.cells[0]?.problem?.code).toBe('disk-full')
    expect(view.etaS).toBeNull()
  })

  test('a curve has a line for each run and their mean, and grows with the log', async () => {
    const { home, job } = planned()
    const experiments = new Experiments(home)
    const [row, column] = ['panda td3 paper', 'random']
    expect(await experiments.curve('mine', row, column)).toMatchObject({ runs: [], mean: [] })
    mkdirSync(job(TRAIN).path, { recursive: true })
    const log = new EvaluationLog(job(TRAIN).path)
    const at = (update: number, closestM: number) =>
      log.append([{ update, episodes: [{ return: -1, steps: 9, endReason: 'reflex', closestM, finalM: closestM }] }])
    at(0, 0.6)
    at(10, 0.4)
    const { runs, mean } = await experiments.curve('mine', row, column)
    expect(runs).toEqual([{ seed: 0, goal: 'A', points: [[0, 0.6], [10, 0.4]] }]) // prettier-ignore
    expect(mean).toMatchObject([{ update: 0, value: 0.6 }, { update: 10, value: 0.4 }]) // prettier-ignore
    await expect(experiments.curve('mine', 'no such row', column)).rejects.toThrow(/no such cell/)
  })

  test('its files are handed over as they stand in its folder, and none before there are any', async () => {
    const { home, folder, plan } = planned()
    const experiments = new Experiments(home)
    await expect(experiments.files('mine', 'csv')).rejects.toThrow(/results of this experiment cannot be read/)
    writeResults(folder, plan)
    for (const [kind, name] of [
      ['csv', 'results.csv'],
      ['svg', 'table1.svg'],
    ] as const)
      // prettier-ignore
      expect(await experiments.files('mine', kind)).toEqual([{ name, text: readFileSync(join(folder, name), 'utf8') }])
  })

  test('lists what is there, says what cannot be read, and takes no id that leads elsewhere', async () => {
    const { home } = planned()
    mkdirSync(join(home, 'experiments', 'empty'))
    mkdirSync(join(home, 'experiments', 'broken'))
    writeFileSync(join(home, 'experiments', 'broken', 'plan.json'), '{')
    const experiments = new Experiments(home)
    expect((await experiments.list()).map(({ id, problem }) => [id, problem?.code ?? null])).toEqual([
      ['mine', null],
      ['broken', 'plan-unreadable'],
    ])
    await expect(experiments.view('broken')).rejects.toThrow(/is damaged/)
    await expect(experiments.view('../experiments/mine')).rejects.toThrow(/not there any more/)
    expect(await new Experiments(temporaryFolder()).list()).toEqual([])
  })
})

test('the time left follows what finished jobs took, shared by those at work', async () => {
  const { folder, plan, job } = planned()
  const reader = new ExperimentReader(folder, plan)
  expect(timeLeft(await reader.look())).toBeNull()
  // Collections take three times what was expected.
  finish(job(COLLECT), COLLECT, 30)
  const lock = job(TRAIN).claim()
  job(TRAIN).tellProgress({ fraction: 0.5, note: '' })
  const statuses = await reader.look()
  // One collection of 10 s, three times slower; half of one training and another whole one; two evaluations.
  expect(timeLeft(statuses)).toBeCloseTo(3 * 10 + 50 + 100 + 2)
  expect(fractionDone(statuses)).toBeCloseTo((10 + 50) / 222)
  lock?.release()
})
