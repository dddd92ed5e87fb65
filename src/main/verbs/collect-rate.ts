import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LocomotionName } from '../../contract/world.ts'
import { openRecording } from '../dataset/dataset-recorder.ts'
import { newRunSheet } from '../dataset/run-sheet.ts'
import { appVersion } from '../platform/app-version.ts'
import { freeBytes } from '../platform/disk.ts'
import { native } from '../platform/native.ts'
import { explorerSettings } from '../session/explorer-settings.ts'
import { SessionControl } from '../session/session-control.ts'
import { SessionLoop } from '../session/session-loop.ts'
import { locomotionModel, openLocomotionWorld } from '../world/locomotion-world.ts'
import { locomotionTasks } from '../world/locomotion-tasks.ts'
import { Simulation } from '../world/simulation.ts'
import type { StepRow } from '../world/step-row.ts'
import type { LimitViolations, World, WorldSpec, WorldStop } from '../world/world.ts'

const TRANSITIONS = 30_000
const STEPS_PER_EPISODE = 1000
/** Episodes before anything is counted: the machine code of both is then the optimised one. */
const WARM_UP_EPISODES = 10
const INERTIA = { inertia: 'legacy' } as const

/**
 * Steps per second of a whole collection with random linear policies: explorer, world, recording, progress. And of the
 * physics of the very same steps alone.
 */
export async function collectRate(name: LocomotionName): Promise<{ steps: number; physics: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'forager-bench-'))
  try {
    const engine = await Simulation.open(await locomotionModel(name, INERTIA))
    const world = new RepeatedWorld(
      await openLocomotionWorld(name, 0, INERTIA),
      new EpisodeRepeat(engine, locomotionTasks[name].frames),
    )
    collect(world, join(folder, 'bench.forager'))
    await world.close()
    engine.close()
    const { steps, collectingS, physicsS } = world
    return { steps: steps / collectingS, physics: steps / physicsS }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs the session loop to its end. */
function collect(world: World, path: string): void {
  const { spec } = world
  const settings = explorerSettings(native.describeExplorers(), 'random', 'paper')
  const choices = { explorer: 'random', mode: 'paper', settings, seed: 0 }
  const lengths = { target: TRANSITIONS, stepsPerEpisode: STEPS_PER_EPISODE }
  const sheet = newRunSheet(path, spec, { ...choices, ...lengths, operator: '', notes: '', appVersion: appVersion() })
  const recorder = openRecording({ path, sheet, box: null })
  const sizes = { observationSize: spec.observation.length, actionSize: spec.action.length }
  const loop = new SessionLoop(
    {
      world,
      explorer: native.createExplorer({ ...choices, ...sizes }),
      recorder,
      control: new SessionControl(),
      listener: { progress: () => undefined, live: () => undefined },
      freeBytes: () => freeBytes(path),
    },
    { ...lengths, diskFloorBytes: 0, live: false },
  )
  loop.run()
  recorder.close()
}

/** Keeps the actions of an episode and repeats its physics with nothing around the engine. */
class EpisodeRepeat {
  length = 0
  private readonly engine: Simulation
  private readonly frames: number
  private readonly start: Float64Array
  private readonly controls: Float32Array

  constructor(engine: Simulation, frames: number) {
    this.engine = engine
    this.frames = frames
    this.start = new Float64Array(engine.qpos.length + engine.qvel.length)
    this.controls = new Float32Array(STEPS_PER_EPISODE * engine.ctrl.length)
  }

  begin({ simulatorState }: StepRow): void {
    this.start.set(simulatorState)
    this.length = 0
  }

  add({ sent }: StepRow): void {
    this.controls.set(sent, this.length * sent.length)
    this.length += 1
  }

  run(): void {
    const { engine, frames, controls, length } = this
    engine.reset()
    const { qpos, qvel } = engine
    qpos.set(this.start.subarray(0, qpos.length))
    qvel.set(this.start.subarray(qpos.length))
    engine.forward()
    for (let t = 0; t < length; t++) {
      const { ctrl } = engine
      for (let i = 0; i < ctrl.length; i++) ctrl[i] = controls[t * ctrl.length + i]!
      engine.step(frames)
    }
  }
}

/**
 * A world whose physics is repeated alone after each episode. The two take turns every tenth of a second or so: what
 * else runs on the machine meets both alike.
 */
class RepeatedWorld implements World {
  /** Counted steps, and the seconds that everything and the physics alone took for them. */
  steps = 0
  collectingS = 0
  physicsS = 0
  private readonly world: World
  private readonly repeat: EpisodeRepeat
  private episodes = 0
  /** When the last repetition ended, ms. */
  private resumedAt = 0

  constructor(world: World, repeat: EpisodeRepeat) {
    this.world = world
    this.repeat = repeat
  }

  get spec(): WorldSpec {
    return this.world.spec
  }

  beginReset(episode: number): void {
    this.world.beginReset(episode)
  }

  continueReset(budgetMs: number): boolean {
    return this.world.continueReset(budgetMs)
  }

  beginEpisode(row: StepRow): void {
    this.world.beginEpisode(row)
    this.repeat.begin(row)
  }

  step(row: StepRow): void {
    this.world.step(row)
    this.repeat.add(row)
  }

  endEpisode(): void {
    this.world.endEpisode()
    const endedAt = performance.now()
    this.repeat.run()
    const repeatedAt = performance.now()
    if (this.episodes >= WARM_UP_EPISODES) {
      this.steps += this.repeat.length
      this.collectingS += (endedAt - this.resumedAt) / 1000
      this.physicsS += (repeatedAt - endedAt) / 1000
    }
    this.episodes += 1
    this.resumedAt = repeatedAt
  }

  stopCause(): WorldStop | null {
    return this.world.stopCause()
  }

  violations(): LimitViolations {
    return this.world.violations()
  }

  close(): Promise<void> {
    return this.world.close()
  }
}
