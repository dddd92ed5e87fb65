import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { IN_ORDER, WORST_FIRST } from '../../../src/contract/dataset.ts'
import type { CheckReport, DatasetSummary } from '../../../src/contract/dataset.ts'
import type { EvaluationGrid, EvaluationProgress } from '../../../src/contract/evaluation.ts'
import type { Job } from '../../../src/contract/learner.ts'
import { unpackFloat32 } from '../../../src/contract/packed.ts'
import type { RobotState } from '../../../src/contract/robot.ts'
import type { SessionLive, SessionProgress } from '../../../src/contract/session.ts'
import type { CurveMessage } from '../../../src/main/api/learner.ts'
import { firstValue, problemOfCall, StationUnderTest } from './station-under-test.ts'
import type { TestWindow } from './station-under-test.ts'

/** The whole way of the data, as the window asks for it: collect, browse, train, evaluate. */
describe('collect, browse, train and evaluate through the API', () => {
  let under: StationUnderTest
  let window: TestWindow
  let dataset: DatasetSummary

  const run = {
    world: 'panda',
    explorer: 'random',
    seed: 7,
    transitions: 4000,
    stepsPerEpisode: 500,
    dataset: 'panda-random-01',
  } as const
  const sessionWhere = (wanted: (progress: SessionProgress) => boolean) =>
    firstValue<SessionProgress>((observer) => window.api.session.watch.subscribe(undefined, observer), wanted)
  const datasetsWhere = (wanted: (list: DatasetSummary[]) => boolean) =>
    firstValue<DatasetSummary[]>((observer) => window.api.dataset.list.subscribe(undefined, observer), wanted)
  const jobsWhere = (wanted: (jobs: Job[]) => boolean) =>
    firstValue<Job[]>((observer) => window.api.learner.jobs.subscribe(undefined, observer), wanted)

  beforeAll(async () => {
    under = await StationUnderTest.open()
    window = await under.openWindow()
  })
  afterAll(() => under.close())

  it('plans a run before it starts', async () => {
    const plan = await window.api.session.plan.query(run)
    expect(plan).toMatchObject({ episodesAtLeast: 8, fits: true, existing: null, problems: [] })
    expect(await window.api.session.suggestName.query({ explorer: 'random' })).toBe('panda-random-01')
    const names = (await window.api.session.explorers.query()).map(({ name }) => name)
    expect(names).toContain('random')
  })

  it('says what keeps a run on the arm from starting', async () => {
    const plan = await window.api.session.plan.query({ ...run, world: 'panda-fci' })
    expect(plan.problems.map(({ code }) => code)).toContain('robot-not-connected')
    const start = { ...run, world: 'panda-fci', workspaceClear: true } as const
    expect((await problemOfCall(window.api.session.start.mutate(start))).code).toBe('robot-not-connected')
    expect((await problemOfCall(window.api.session.start.mutate({ ...start, workspaceClear: false }))).code).toBe(
      'workspace-not-clear',
    )
    expect((await sessionWhere(() => true)).state).toBe('none')
  })

  it('collects, is paused and goes on, and keeps every transition', async () => {
    const live = firstValue<SessionLive>(
      (observer) => window.api.session.live.subscribe(undefined, observer),
      ({ visited }) => visited !== '',
    )
    await window.api.session.start.mutate(run)
    expect((await problemOfCall(window.api.session.start.mutate(run))).code).toBe('session-running')
    await window.api.session.pause.mutate({ when: 'episode' })
    const held = await sessionWhere(({ state }) => state === 'paused' || state === 'done')
    if (held.state === 'paused') {
      expect(held.transitions).toBeLessThan(4000)
      await window.api.session.resume.mutate()
    }
    const done = await sessionWhere(({ state }) => state === 'done')
    expect(done).toMatchObject({ transitions: 4000, problem: null })
    expect(unpackFloat32((await live).visited).length).toBeGreaterThan(0)
    await window.api.session.dismiss.mutate()
    expect((await sessionWhere(({ state }) => state === 'none')).dataset).toBeNull()
  })

  it('lists the dataset and shows its episodes', async () => {
    const list = await datasetsWhere((all) => all.some(({ state }) => state === 'ready'))
    dataset = list[0] as DatasetSummary
    expect(dataset).toMatchObject({ name: 'panda-random-01', explorer: 'random', transitions: 4000 })
    const { id } = dataset
    const detail = await window.api.dataset.detail.query({ id })
    expect(detail.sheet.seed).toBe(7)
    const { rows, total } = await window.api.dataset.episodes.query({ id, sort: IN_ORDER, offset: 0, limit: 3 })
    expect(total).toBeGreaterThanOrEqual(8)
    expect(rows.map(({ episode }) => episode)).toEqual([1, 2, 3])
    const { endReason } = rows[0] ?? {}
    const same = await window.api.dataset.episodes.query({ id, sort: WORST_FIRST, offset: 0, limit: 100, endReason })
    expect(same.rows.every((row) => row.endReason === endReason)).toBe(true)
    const episode = await window.api.dataset.episode.query({ id, episode: 1 })
    expect(unpackFloat32(episode.observations)).toHaveLength((episode.row.steps + 1) * 14)
    const cloud = await window.api.dataset.cloud.query({ id, most: 500 })
    expect(cloud.count).toBeGreaterThan(0)
    const report = await new Promise<CheckReport>((resolve, reject) => {
      window.api.dataset.check.subscribe(
        { id },
        { onData: (news) => news.kind === 'done' && resolve(news.value), onError: reject },
      )
    })
    expect([report.episodes > 0, report.problems.filter(({ code }) => code.includes('damaged'))]).toEqual([true, []])
  })

  it('continues a dataset, and refuses what would mix it', async () => {
    const plan = await window.api.session.plan.query({ ...run, transitions: 5000 })
    expect(plan.existing?.transitions).toBe(4000)
    expect(plan.episodesAtLeast).toBe(2)
    const codes = async (change: object) =>
      (await window.api.session.plan.query({ ...run, ...change })).problems.map(({ code }) => code)
    expect(await codes({ seed: 8 })).toEqual(['dataset-differs'])
    expect(await codes({})).toEqual(['target-reached'])
    expect((await problemOfCall(window.api.session.start.mutate({ ...run, seed: 8, transitions: 5000 }))).code).toBe(
      'dataset-differs',
    )
    expect((await problemOfCall(window.api.dataset.add.mutate({ path: '/no/such.forager' }))).code).toBe(
      'dataset-missing',
    )
    expect((await problemOfCall(window.api.dataset.detail.query({ id: 'none' }))).code).toBe('dataset-unknown')
  })

  it('trains a policy for each goal and shows a curve', async () => {
    const goals = await window.api.evaluation.goals.query()
    const order = { dataset: dataset.id, learner: 'td3', updates: 40, seed: 1 }
    for (const { position } of goals) {
      await window.api.learner.start.mutate({ ...order, task: { kind: 'reach', goal: position } })
    }
    const jobs = await jobsWhere((all) => all.length === goals.length && all.every(({ state }) => state === 'done'))
    expect(jobs.map(({ updates }) => updates)).toEqual(goals.map(() => 40))
    const curve = await firstValue<CurveMessage>(
      (observer) => window.api.learner.curve.subscribe({ id: jobs[0]?.id ?? '' }, observer),
      () => true,
    )
    expect(curve.reset).toBe(true)
    expect(await window.api.policy.list.query()).toHaveLength(goals.length)
    expect((await problemOfCall(window.api.learner.stop.mutate({ id: 'none' }))).code).toBe('job-unknown')
  })

  it('evaluates the policies and fills the cell of the table', async () => {
    await window.api.evaluation.start.mutate({ learner: 'td3', explorer: 'random', world: 'panda', triesPerGoal: 1 })
    const done = await firstValue<EvaluationProgress>(
      (observer) => window.api.evaluation.watch.subscribe(undefined, observer),
      ({ state }) => state === 'done' || state === 'failed',
    )
    expect(done).toMatchObject({ state: 'done', problem: null })
    const grid = await firstValue<EvaluationGrid>(
      (observer) => window.api.evaluation.grid.subscribe(undefined, observer),
      ({ cells }) => cells.length > 0,
    )
    const cell = grid.cells.find(({ learner, explorer }) => learner === 'td3' && explorer === 'random')
    expect(cell?.state).toBe('done')
    expect(cell?.meanClosestM).toBeGreaterThan(0)
    const tryId = cell?.goals[0]?.tries[0]?.id ?? ''
    const trace = await window.api.evaluation.trace.query({ tryId })
    expect(unpackFloat32(trace.distance).length).toBeGreaterThan(1)
    expect(await window.api.evaluation.exportCsv.query()).toContain('td3')
    expect(await window.api.evaluation.exportSvg.query()).toContain('<svg')
  })

  it('explores with the settings it is given, and refuses those that an explorer does not take', async () => {
    const start = { ...run, explorer: 'gep', dataset: 'panda-gep-01', transitions: 200, stepsPerEpisode: 100 } as const
    const codeOf = async (settings: Record<string, number>) =>
      (await problemOfCall(window.api.session.start.mutate({ ...start, settings }))).code
    expect(await codeOf({ bootstrap: -1 })).toBe('setting-out-of-range')
    expect(await codeOf({ horses: 1 })).toBe('unknown-setting')
    await window.api.session.start.mutate({ ...start, settings: { bootstrap: 3 } })
    const done = await sessionWhere(({ state, dataset }) => state === 'done' && dataset?.name === start.dataset)
    const { sheet } = await window.api.dataset.detail.query({ id: done.dataset?.id ?? '' })
    expect(sheet.settings['bootstrap']).toBe(3)
    // The run goes on with the settings it began with, and with no others.
    const more = { ...start, transitions: 300 }
    expect((await problemOfCall(window.api.session.start.mutate(more))).code).toBe('dataset-differs')
    await window.api.session.start.mutate({ ...more, settings: { bootstrap: 3 } })
    await sessionWhere(({ state, transitions }) => state === 'done' && transitions === 300)
  })

  it('collects on a connected arm, which is armed for this one run', async () => {
    await window.api.robot.connectSimulated.mutate()
    await window.startHeart()
    const start = { ...run, world: 'panda-fci', dataset: 'real-time', transitions: 60, stepsPerEpisode: 30 } as const
    await window.api.session.start.mutate({ ...start, workspaceClear: true })
    expect((await problemOfCall(window.api.robot.moveHome.mutate())).code).toBe('robot-busy')
    expect((await problemOfCall(window.api.robot.disconnect.mutate())).code).toBe('robot-busy')
    for (;;) {
      const progress = await sessionWhere(({ state }) => state === 'done' || state === 'failed' || state === 'paused')
      if (progress.state !== 'paused') {
        expect(progress).toMatchObject({ state: 'done', transitions: 60, problem: null })
        const { sheet } = await window.api.dataset.detail.query({ id: progress.dataset?.id ?? '' })
        expect(sheet.robotSimulated).toBe(true)
        break
      }
      // A busy computer answers a real-time arm too late now and then; a person would re-arm and go on.
      await firstValue<RobotState>(
        (observer) => window.api.robot.watch.subscribe(undefined, observer),
        ({ activity }) => activity === 'held',
      )
      expect((await problemOfCall(window.api.session.resume.mutate())).code).toBe('stop-latched')
      await window.api.robot.rearm.mutate({ workspaceClear: true })
      await window.api.session.resume.mutate()
      await sessionWhere(({ state }) => state !== 'paused')
    }
    expect(under.station.services.robot.state.current().armed).toBe(false)
    window.stopHeart()
  })

  it('closes in the middle of a run and keeps what was gathered', async () => {
    await window.api.session.start.mutate({ ...run, dataset: 'cut', transitions: 1_000_000 })
    await sessionWhere(({ transitions }) => transitions > 0)
    await under.station.close()
    expect(under.station.isRunning()).toBe(false)
    const { state, transitions } = under.station.services.session.progress.current()
    expect(state).toBe('done')
    expect(transitions).toBeGreaterThan(0)
  })
})
