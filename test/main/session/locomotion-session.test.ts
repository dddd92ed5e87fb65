import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkDataset } from '../../../src/main/dataset/audit/check-dataset.ts'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import type { TrainingEpisode } from '../../../src/main/dataset/dataset-reader.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { newRunSheet } from '../../../src/main/dataset/run-sheet.ts'
import { native } from '../../../src/main/platform/native.ts'
import { SessionControl } from '../../../src/main/session/session-control.ts'
import { SessionLoop } from '../../../src/main/session/session-loop.ts'
import { Session } from '../../../src/main/session/session.ts'
import { LocomotionWorld, openLocomotionWorld } from '../../../src/main/world/locomotion-world.ts'
import { locomotionTasks } from '../../../src/main/world/locomotion-tasks.ts'
import { EndCode } from '../../../src/main/world/end-code.ts'
import type { StepRow } from '../../../src/main/world/step-row.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { order } from './order.ts'

function episodesOf(path: string): TrainingEpisode[] {
  const reader = new DatasetReader(path)
  const episodes = [...reader.trainingEpisodes()]
  reader.close()
  return episodes
}

/** Resolves when an episode has begun. */
async function running(session: Session): Promise<void> {
  if (session.progress.current().state === 'running') return
  await new Promise<void>((resolve) => {
    const stop = session.progress.onChange(() => {
      if (session.progress.current().state !== 'running') return
      stop()
      resolve()
    })
  })
}

const hopper = (target: number) =>
  order({ world: 'Hopper-v1', worldOptions: { inertia: 'legacy' }, target, stepsPerEpisode: 1000 })

test('an interrupted and continued run of a world gives the same bytes as one that was not', async () => {
  const whole = hopper(2000)
  await (
    await Session.start(whole)
  ).ended
  const parts = hopper(2000)
  for (let runs = 0; runs < 3; runs++) {
    const session = await Session.start(parts)
    await running(session)
    // Ends after whatever episode is running.
    session.end()
    expect((await session.ended).end).toBe('ended')
  }
  const last = await Session.start(parts)
  expect(last.progress.current().resumedFrom).toBeGreaterThan(0)
  expect((await last.ended).progress.transitions).toBe(2000)
  // Simulated time included.
  expect(episodesOf(parts.path)).toEqual(episodesOf(whole.path))
})

test('rewards and states of a run are those of the same actions in the same world', async () => {
  const wanted = hopper(300)
  await (
    await Session.start(wanted)
  ).ended
  const reader = new DatasetReader(wanted.path)
  expect(reader.sheet).toMatchObject({ worldOptions: { inertia: 'legacy' }, hasReward: true })
  expect(reader.sheet.simulatorState.map(({ name }) => name)).toEqual([
    'x',
    'z',
    'pitch',
    'thigh',
    'leg',
    'foot',
    'dx',
    'dz',
    'dpitch',
    'dthigh',
    'dleg',
    'dfoot',
  ])
  const world = await openLocomotionWorld('Hopper-v1', 999, { inertia: 'legacy' })
  const episodes = [...reader.trainingEpisodes()]
  for (const { steps, simulatorStates, policyActions, rewards, endReason } of episodes) {
    const row = {
      ...newRow(world),
      simulatorState: simulatorStates.slice(0, 12),
    }
    world.beginEpisodeAt(row.simulatorState, row)
    for (let t = 0; t < steps; t++) {
      row.action.set(policyActions.subarray(3 * t, 3 * t + 3))
      world.step(row)
      expect(row.reward[0]).toBe(rewards[t])
      expect(row.simulatorState).toEqual(simulatorStates.slice(12 * (t + 1), 12 * (t + 2)))
      expect(row.info[1] === EndCode.terminal).toBe(t === steps - 1 && endReason === 'terminal')
    }
  }
  expect(episodes.map(({ endReason }) => endReason).slice(0, -1)).not.toContain('reset-interrupted')
  await world.close()
  reader.close()
})

function newRow({ spec }: LocomotionWorld): StepRow {
  return {
    action: new Float32Array(spec.action.length),
    observation: new Float32Array(spec.observation.length),
    tooltip: new Float32Array(3),
    sent: new Float32Array(spec.action.length),
    reward: new Float32Array(1),
    simulatorState: new Float64Array(spec.simulatorState.length),
    tickTime: new BigInt64Array(1),
    info: new Int32Array(2),
  }
}

/** The world with a kick, in a few steps, that no solver survives. */
class KickedWorld extends LocomotionWorld {
  private readonly kicks: (episode: number, step: number) => boolean
  private now = { episode: 0, step: 0 }

  constructor(of: LocomotionWorld, seed: number, kicks: KickedWorld['kicks']) {
    super(of.spec, locomotionTasks['HalfCheetah-v1'], of.simulation, seed)
    this.kicks = kicks
  }

  override beginReset(episode: number): void {
    super.beginReset(episode)
    this.now = { episode, step: 0 }
  }

  override step(row: StepRow): void {
    this.now.step += 1
    if (this.kicks(this.now.episode, this.now.step)) this.simulation.qvel.fill(1e11)
    super.step(row)
  }
}

async function runKicked(kicks: KickedWorld['kicks']): Promise<{ path: string; loop: SessionLoop; end: string }> {
  const path = join(temporaryFolder(), 'a.forager')
  const world = new KickedWorld(await openLocomotionWorld('HalfCheetah-v1', 1, { inertia: 'legacy' }), 1, kicks)
  const choices = { explorer: 'uniform', mode: 'paper', settings: {}, seed: 1, target: 200, stepsPerEpisode: 50 }
  const sheet = newRunSheet(path, world.spec, { ...choices, operator: '', notes: '', appVersion: '0' })
  const recorder = openRecording({ path, sheet, box: null })
  const control = new SessionControl()
  const explorer = native.createExplorer({ ...choices, observationSize: 17, actionSize: 6 })
  const loop = new SessionLoop(
    {
      world,
      explorer,
      recorder,
      control,
      // A pause that comes by itself would wait for a person.
      listener: { progress: ({ state }) => state === 'paused' && control.requestEnd(), live: () => undefined },
      freeBytes: () => Infinity,
    },
    { target: 200, stepsPerEpisode: 50, diskFloorBytes: 0, live: false },
  )
  const end = loop.run()
  recorder.close()
  await world.close()
  return { path, loop, end }
}

test('an episode whose simulation blows up keeps its finite steps, says why, and the run goes on', async () => {
  const { path, end } = await runKicked((episode, step) => episode === 2 && step === 20)
  expect(end).toBe('complete')
  const reader = new DatasetReader(path)
  expect([...reader.trainingEpisodes()].map(({ steps, endReason }) => [steps, endReason])).toEqual([
    [50, 'step-limit'],
    [19, 'crash'],
    [50, 'step-limit'],
    [50, 'step-limit'],
    [31, 'reset-interrupted'],
  ])
  const { stop, row } = reader.episode(2)
  expect(stop?.code).toBe('simulation-unstable')
  expect(row.endMessage).toBe(
    'The simulation of HalfCheetah-v1 has no finite state after step 20. The 19 steps before it are kept.',
  )
  expect(checkDataset(reader).ok).toBe(true)
  reader.close()
})

test('a world that blows up in its first step pauses the run instead of trying for ever', async () => {
  const { path, loop, end } = await runKicked((episode, step) => episode === 3 && step === 1)
  expect(end).toBe('ended')
  expect(loop.progress('done').problem).toMatchObject({ code: 'simulation-unstable' })
  expect(episodesOf(path)).toHaveLength(2)
})
