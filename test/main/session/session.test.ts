import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { unpackFloat32, unpackUint32 } from '../../../src/contract/packed.ts'
import { sessionLiveSchema, sessionProgressSchema } from '../../../src/contract/session.ts'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import type { TrainingEpisode } from '../../../src/main/dataset/dataset-reader.ts'
import { native } from '../../../src/main/platform/native.ts'
import { explorerSettings } from '../../../src/main/session/explorer-settings.ts'
import { Session } from '../../../src/main/session/session.ts'
import { order } from './order.ts'

function episodesOf(path: string): TrainingEpisode[] {
  const reader = new DatasetReader(path)
  const episodes = [...reader.trainingEpisodes()]
  reader.close()
  return episodes
}

/** Resolves when the session says that it is in `state`. */
async function reaches(session: Session, state: string): Promise<void> {
  if (session.progress.current().state === state) return
  await new Promise<void>((resolve) => {
    const stop = session.progress.onChange(() => {
      if (session.progress.current().state !== state) return
      stop()
      resolve()
    })
  })
}

test('a run ends at exactly its target and its last progress is what the file holds', async () => {
  const wanted = order({ target: 1234 })
  const session = await Session.start(wanted)
  const { end, progress } = await session.ended
  expect(end).toBe('complete')
  expect(sessionProgressSchema.parse(progress)).toMatchObject({
    state: 'done',
    transitions: 1234,
    target: 1234,
    problem: null,
  })
  const episodes = episodesOf(wanted.path)
  expect(episodes.reduce((sum, { steps }) => sum + steps, 0)).toBe(1234)
  expect(episodes).toHaveLength(progress.episodesFinished)
  const reader = new DatasetReader(wanted.path)
  expect(reader.endReasons()).toEqual(progress.endReasons)
  expect(reader.coverage()).toEqual(progress.coverage)
  expect(reader.sheet).toMatchObject({
    operator: 'a test',
    explorer: 'random',
    robot: 'in-process',
    stepsPerEpisode: 200,
  })
  reader.close()
})

test('an interrupted and continued run gives the same bytes as one that was not, apart from times', async () => {
  const whole = order({ target: 4000 })
  await (
    await Session.start(whole)
  ).ended
  const parts = order({ target: 4000 })
  for (let runs = 0; runs < 3; runs++) {
    const session = await Session.start(parts)
    await reaches(session, 'running')
    // Ends after whatever episode is running.
    session.end()
    expect((await session.ended).end).toBe('ended')
  }
  const last = await Session.start(parts)
  expect(last.progress.current().resumedFrom).toBeGreaterThan(0)
  expect((await last.ended).progress.transitions).toBe(4000)
  const [a, b] = [episodesOf(whole.path), episodesOf(parts.path)]
  expect(b.map(({ steps, endReason }) => [steps, endReason])).toEqual(
    a.map(({ steps, endReason }) => [steps, endReason]),
  )
  for (const [i, episode] of a.entries()) {
    const { observations, policyActions, sentActions, tooltip, flags } = b[i]!
    expect({ observations, policyActions, sentActions, tooltip, flags }).toEqual({
      observations: episode.observations,
      policyActions: episode.policyActions,
      sentActions: episode.sentActions,
      tooltip: episode.tooltip,
      flags: episode.flags,
    })
  }
})

test('other seeds give other data', async () => {
  const [one, two] = [order({ target: 100 }), order({ target: 100, seed: 2 })]
  for (const each of [one, two]) await (await Session.start(each)).ended
  expect(episodesOf(one.path)[0]!.policyActions).not.toEqual(episodesOf(two.path)[0]!.policyActions)
})

test('a pause in an episode keeps it as operator-stop, and the run goes on to its target', async () => {
  const wanted = order({ target: 20_000, stepsPerEpisode: 1000 })
  const session = await Session.start(wanted)
  await reaches(session, 'running')
  session.pauseNow()
  await reaches(session, 'paused')
  const paused = session.progress.current()
  expect(paused.transitions).toBeLessThan(20_000)
  const reader = new DatasetReader(wanted.path)
  expect(reader.totals().transitions).toBe(paused.transitions)
  reader.close()
  session.resume()
  expect((await session.ended).progress).toMatchObject({ state: 'done', transitions: 20_000 })
  const stops = episodesOf(wanted.path).filter(({ endReason }) => endReason === 'operator-stop')
  expect(stops.length).toBeLessThanOrEqual(1)
})

test('a pause after the episode cuts none', async () => {
  const wanted = order({ target: 60_000, stepsPerEpisode: 1000 })
  const session = await Session.start(wanted)
  await reaches(session, 'running')
  session.pauseAfterEpisode()
  await reaches(session, 'paused')
  expect(session.progress.current().endedAt).toBeNull()
  const endAsked = Date.now()
  session.end()
  const { end, progress } = await session.ended
  expect([end, progress.state]).toEqual(['ended', 'done'])
  expect(progress.endedAt).toBeGreaterThanOrEqual(endAsked)
  expect(episodesOf(wanted.path).map(({ endReason }) => endReason)).not.toContain('operator-stop')
})

test('a nearly full disk ends the run cleanly between episodes and says so', async () => {
  const wanted = order({ target: 5000, diskFloorBytes: Number.MAX_SAFE_INTEGER })
  const { end, progress } = await (await Session.start(wanted)).ended
  expect(end).toBe('disk-floor')
  expect(progress).toMatchObject({ state: 'done', problem: { code: 'disk-floor' } })
  expect(progress.problem?.message).toMatch(/free, the floor is/)
})

test('a refusal comes before anything is written', async () => {
  await expect(Session.start(order({ path: '/nowhere/at/all/a.forager' }))).rejects.toMatchObject({
    problem: { code: 'folder-missing' },
  })
  await expect(
    Session.start(order({ world: 'panda-fci', armId: 4_000_000, robot: '127.0.0.1:1' })),
  ).rejects.toMatchObject({
    problem: { code: 'robot-gone' },
  })
})

test('settings that do not fit together are refused before anything is written', async () => {
  const settings = explorerSettings(native.describeExplorers(), 'apt', 'paper', { batch: 8 })
  const wanted = order({ explorer: 'apt', settings })
  await expect(Session.start(wanted)).rejects.toMatchObject({
    problem: { code: 'explorer-refused', message: expect.stringContaining('a batch of 8 has no 12') },
  })
  expect(existsSync(wanted.path)).toBe(false)
})

test('a run that does not fit on the disk is refused before it starts', async () => {
  const refused = Session.start(order({ target: 2 ** 50 }))
  await expect(refused).rejects.toMatchObject({ problem: { code: 'disk-full' } })
})

test('each live subscriber is given every row of an episode once, in order', async () => {
  const session = await Session.start(order({ target: 20_000, stepsPerEpisode: 1000, live: true }))
  const reader = session.live()
  let episode = -1
  let next = 0
  let rows = 0
  const problems: string[] = []
  const take = (): void => {
    const live = reader.take()
    if (!live) return
    sessionLiveSchema.parse(live)
    if (live.episode !== episode) next = 0
    if (live.fromStep !== next && live.fromStep !== 0)
      problems.push(`episode ${live.episode}: ${live.fromStep} after ${next}`)
    const n = unpackUint32(live.flags).length
    if (unpackFloat32(live.asked).length !== 7 * n || unpackFloat32(live.stepTimes).length !== n)
      problems.push('lengths differ')
    episode = live.episode
    next = live.fromStep + n
    rows += n
  }
  reader.onChange(take)
  await session.ended
  take()
  expect(problems).toEqual([])
  expect(rows).toBeGreaterThan(0)
  const late = session.live().take()
  expect(late?.fromStep).toBe(0)
  const counts = late!.histogram.map((joint) => joint.reduce((sum, n) => sum + n, 0))
  expect(new Set(counts).size).toBe(1)
  expect(counts[0]).toBeGreaterThan(0)
  expect(late!.histogram).toHaveLength(7)
  expect(late!.coverageCurve.length).toBeGreaterThan(0)
})
