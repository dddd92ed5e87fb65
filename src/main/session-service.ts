import { join } from 'node:path'
import type { DatasetSummary } from '../contract/dataset.ts'
import type { Problem } from '../contract/problem.ts'
import { refusal } from '../contract/problem.ts'
import type { SessionPlan, SessionProgress, SessionStart } from '../contract/session.ts'
import { methodSchema } from '../contract/world.ts'
import type { Method } from '../contract/world.ts'
import type { LiveReader, SessionService } from './api/services.ts'
import type { Datasets } from './dataset-service.ts'
import { DATASET_EXTENSION } from './platform/dataset-name.ts'
import { DISK_FLOOR_BYTES } from './platform/disk.ts'
import { isLoopback } from './platform/is-loopback.ts'
import { native } from './platform/native.ts'
import { Watched } from './platform/watched.ts'
import type { Robot } from './robot/robot.ts'
import type { ArmHold } from './robot/run-holds.ts'
import { explorerSettings } from './session/explorer-settings.ts'
import { NO_RUN } from './session/no-run.ts'
import { diskProblem, planSession } from './session/session-plan.ts'
import { Session } from './session/session.ts'
import { pandaSpec } from './world/panda-world.ts'

/** The one run of this station at a time: planned, started, paused and ended by a person. */
export class Sessions implements SessionService {
  readonly progress = new Watched<SessionProgress>(NO_RUN)
  readonly #robot: Robot
  readonly #datasets: Datasets
  readonly #liveListeners = new Set<() => void>()
  readonly #offStop: () => void
  /** The newest run, also after it ended. */
  #session: Session | null = null
  #active = false

  constructor(robot: Robot, datasets: Datasets) {
    this.#robot = robot
    this.#datasets = datasets
    // A stop of the connected arm pauses its run by itself; a run in simulation has no other way to learn of it.
    this.#offStop = robot.onStop(() => this.#session?.pauseNow())
  }

  /** True from the start of a run until its dataset is closed. */
  get isActive(): boolean {
    return this.#active
  }

  explorers(): Method[] {
    return native.describeExplorers().map((explorer) => methodSchema.parse(explorer))
  }

  plan(start: SessionStart): SessionPlan {
    const path = this.#pathOf(start.dataset)
    const existing = this.#datasets.findByPath(path)
    const remaining = Math.max(0, start.transitions - (existing?.transitions ?? 0))
    const spec = pandaSpec(start.world, '')
    const plan = planSession(spec, path, remaining, start.stepsPerEpisode, this.#meanEpisode(start.explorer))
    const problems = [
      this.#active ? runGoesOn() : null,
      existing === undefined ? null : existingProblem(existing, start),
      remaining > 0 ? diskProblem(plan, path) : null,
      start.world === 'panda-fci' ? this.#robot.runProblem() : null,
    ]
    return {
      ...plan,
      existing: existing === undefined || existing.state === 'missing' ? null : existing,
      problems: problems.filter((problem) => problem !== null),
    }
  }

  /** Mean episode length of the newest data of this explorer, steps; undefined where there are none. */
  #meanEpisode(explorer: string): number | undefined {
    const newest = this.#datasets.list
      .current()
      .filter((summary) => summary.explorer === explorer && summary.episodes > 0)
      .toSorted((a, b) => b.updatedAt - a.updatedAt)[0]
    return newest === undefined ? undefined : newest.transitions / newest.episodes
  }

  /** `panda-EXPLORER-NN` with the first number that is free. */
  suggestName(explorer: string): string {
    for (let number = 1; ; number++) {
      const name = `panda-${explorer}-${String(number).padStart(2, '0')}`
      if (this.#datasets.findByPath(this.#pathOf(name)) === undefined) return name
    }
  }

  /** Starts a run, or continues the dataset of that name. Refuses before anything moves or is written. */
  async start(start: SessionStart): Promise<void> {
    if (this.#active) throw refusal('session-running', runGoesOn().message, runGoesOn().tip)
    const settings = explorerSettings(native.describeExplorers(), start.explorer, start.mode, start.settings)
    const hold = start.world === 'panda-fci' ? this.#takeArm(start) : null
    const { address, simulated } = this.#robot.state.current()
    const arm = hold === null ? null : address
    this.#active = true
    try {
      const session = await Session.start({
        path: this.#pathOf(start.dataset),
        world: start.world,
        worldOptions: {},
        explorer: start.explorer,
        mode: start.mode,
        settings,
        seed: start.seed,
        target: start.transitions,
        stepsPerEpisode: start.stepsPerEpisode,
        operator: start.operator,
        notes: start.notes,
        robot: arm === null ? 'in-process' : `${arm.host}:${arm.port}`,
        ...(arm === null ? {} : { robotSimulated: simulated || isLoopback(arm.host) }),
        armId: hold?.driverId ?? null,
        diskFloorBytes: DISK_FLOOR_BYTES,
        live: true,
      })
      this.#follow(session, hold)
    } catch (error) {
      this.#active = false
      hold?.release()
      throw error
    }
  }

  pause(when: 'episode' | 'now'): void {
    const session = this.#running()
    if (when === 'now') session.pauseNow()
    else session.pauseAfterEpisode()
  }

  /** Goes on with a return home. Refused while a stop is latched. */
  resume(): void {
    const session = this.#running()
    if (session.order.world === 'panda-fci') {
      const problem = this.#robot.runProblem()
      if (problem !== null) throw refusal(problem.code, problem.message, problem.tip)
      this.#robot.operator.require()
    }
    session.resume()
  }

  /** Ends the run and keeps what was gathered. */
  end(): void {
    this.#running().end()
  }

  /** Puts the summary of an ended run away. */
  dismiss(): void {
    if (!this.#active) this.progress.set(NO_RUN)
  }

  live(): LiveReader {
    let session: Session | null = null
    let reader: LiveReader | null = null
    return {
      take: () => {
        if (session !== this.#session) {
          session = this.#session
          reader = session?.live() ?? null
        }
        return reader?.take() ?? null
      },
      onChange: (listener) => {
        this.#liveListeners.add(listener)
        return () => {
          this.#liveListeners.delete(listener)
        }
      },
    }
  }

  /** Ends the run and waits until its dataset is closed. */
  async close(): Promise<void> {
    this.#offStop()
    if (!this.#active) return
    this.#session?.end()
    await this.#session?.ended
  }

  #follow(session: Session, hold: ArmHold | null): void {
    this.#session = session
    const offProgress = session.progress.onChange(() => this.progress.set(session.progress.current()))
    const offLive = session.live().onChange(() => {
      for (const listener of [...this.#liveListeners]) listener()
    })
    this.progress.set(session.progress.current())
    void this.#datasets.refresh().catch(() => undefined)
    void session.ended.then(({ progress }) => {
      offProgress()
      offLive()
      this.#active = false
      hold?.release()
      this.progress.set(progress)
      void this.#datasets.refresh().catch(() => undefined)
    })
  }

  #takeArm(start: SessionStart): ArmHold {
    if (start.workspaceClear) return this.#robot.takeForRun('A collection run')
    throw refusal(
      'workspace-not-clear',
      'Nobody said that the workspace is clear. The arm does not move.',
      'Look that nobody and nothing is inside the box, tick that line, then start again.',
    )
  }

  #running(): Session {
    if (this.#session !== null && this.#active) return this.#session
    throw refusal('no-session', 'No run is on.', 'Start one on the Collect screen.')
  }

  #pathOf(name: string): string {
    return join(this.#datasets.folder, `${name}${DATASET_EXTENSION}`)
  }
}

function runGoesOn(): Problem {
  return {
    code: 'session-running',
    message: 'A run is on. Nothing new is started.',
    tip: 'End it, or wait for its end.',
  }
}

/** Why a run cannot continue that dataset; the recording itself compares everything again. */
function existingProblem(existing: DatasetSummary, start: SessionStart): Problem | null {
  if (existing.problem !== null) return existing.problem
  const { name } = existing
  const differing = (['world', 'explorer', 'mode', 'seed'] as const).find((key) => existing[key] !== start[key])
  if (differing !== undefined) {
    return {
      code: 'dataset-differs',
      message: `${name} was recorded with ${differing} ${existing[differing]}, this run asks for ${start[differing]}.`,
      tip: `Continue it with ${differing} ${existing[differing]}, or give another name.`,
    }
  }
  if (start.transitions > existing.transitions) return null
  return {
    code: 'target-reached',
    message: `${name} has ${existing.transitions.toLocaleString('en')} transitions already.`,
    tip: 'Ask for more transitions in all, or give another name.',
  }
}
