import type { CurvePoint } from '../../contract/learner.ts'
import { networkShapes, POLICY_FORMAT_VERSION } from '../../contract/policy.ts'
import type { PolicySheet } from '../../contract/policy.ts'
import { refusal } from '../../contract/problem.ts'
import type { ProblemError } from '../../contract/problem.ts'
import { GOAL_OBSERVATION } from '../../contract/task.ts'
import type { Task } from '../../contract/task.ts'
import { armModel } from '../platform/arm-model.ts'
import { native } from '../platform/native.ts'
import type { TrainingJob, TrainingOptions, TrainingProgress } from '../platform/native-learn.ts'
import type { PolicyParts } from '../platform/native-policy.ts'
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.ts'
import type { Checkpoint } from './checkpoint-file.ts'
import { CurveLog } from './curve-log.ts'
import { CurveWindow } from './curve-window.ts'
import { loadReplay } from './load-replay.ts'
import type { LoadedReplay, LoadingSeams } from './load-replay.ts'
import { lockPolicy } from './policy-lock.ts'
import { refuseOtherTraining } from './resume-check.ts'
import { UpdateRate } from './update-rate.ts'
import type { TrainingEnd, TrainingOrder, TrainingResult, TrainingSeams } from './training-order.ts'

/** Values of a native curve row: update, seconds, critic loss, actor loss, mean Q, saturated. */
const COLUMNS = 6
/** Looks at the native thread, which never waits for them, and reports of what was seen. */
const POLL_MS = 20
const REPORT_MS = 100
/** Checkpoints are forced to disk; more often than this they would cost more than they protect, ms. */
const CHECKPOINT_EVERY_MS = 10_000

/**
 * Trains one policy from a dataset on native threads, from reading the file to the last checkpoint.
 * Between chunks of `evaluateEvery` updates the native thread stands still for one simulated episode.
 * The policy folder is its own until it ends. Throws refusals before a policy in it is touched; after that every end is
 * a result.
 */
export async function runTraining(order: TrainingOrder, seams: TrainingSeams): Promise<TrainingResult> {
  // Before the first look into the folder: what another training writes changes under the eyes.
  const lock = lockPolicy(order.folder)
  try {
    return await trainLocked(order, seams)
  } finally {
    lock.release()
  }
}

async function trainLocked(order: TrainingOrder, seams: TrainingSeams): Promise<TrainingResult> {
  const before = seams.readPolicy()
  if (before && !order.resume) throw policyExists(order, before)
  const loading: LoadingSeams = {
    loaded: (episodes, of) => seams.report({ type: 'loading', episodes, of }),
    stopRequested: seams.stopRequested,
  }
  const loaded = await loadReplay(order.datasetPaths, order.task, loading, order.actions)
  if (!loaded)
    return { end: 'stopped', problem: null, updates: before?.updates ?? 0, updatesDone: 0, wallS: 0, last: null }
  const run = new TrainingRun(order, seams, loaded, before)
  try {
    return await run.go()
  } finally {
    run.close()
  }
}

class TrainingRun {
  readonly #order: TrainingOrder
  readonly #seams: TrainingSeams
  readonly #job: TrainingJob
  readonly #loaded: LoadedReplay
  readonly #curve: CurveLog
  readonly #createdAt: number
  readonly #rate = new UpdateRate()
  /** Seconds of training before this run; the native clock counts from its own start. */
  #secondsBefore = 0
  #updates = 0
  readonly #window: CurveWindow
  #last: CurvePoint | null = null
  /** `at`: by the wall clock, for people. `onDiskMs`: by a clock that nobody sets, for when the next one is due. */
  #checkpoint = { updates: -1, at: 0, onDiskMs: -Infinity }
  /** What the native thread said when it diverged. */
  #message = ''
  #reportedAt = -Infinity
  /** A pause that somebody asked for, as the native thread was told of it. */
  #paused = false
  /** It does stand still for that. */
  #held = false

  constructor(order: TrainingOrder, seams: TrainingSeams, loaded: LoadedReplay, before: PolicySheet | null) {
    this.#order = order
    this.#seams = seams
    this.#loaded = loaded
    if (before) refuseOtherTraining(order, before, loaded.origins)
    const checkpoint = before ? readCheckpoint(order.folder) : null
    if (before && !checkpoint) throw noCheckpoint(order)
    this.#createdAt = before?.createdAt ?? Date.now()
    this.#job = makeJob(order, loaded, checkpoint)
    this.#curve = new CurveLog(order.folder)
    this.#window = new CurveWindow(order.updates, checkpoint?.updates ?? 0)
    if (!checkpoint) {
      this.#curve.truncateAfter(-1)
      return
    }
    this.#updates = checkpoint.updates
    this.#secondsBefore = checkpoint.trainedS
    this.#checkpoint = { updates: checkpoint.updates, at: Date.now(), onDiskMs: performance.now() }
    this.#last = this.#curve.truncateAfter(checkpoint.updates).at(-1) ?? null
  }

  async go(): Promise<TrainingResult> {
    const start = { updates: this.#updates, at: performance.now() }
    const finish = (end: TrainingEnd, problem: ProblemError | null): TrainingResult => ({
      end,
      problem: problem?.problem ?? null,
      updates: this.#checkpoint.updates,
      updatesDone: this.#updates - start.updates,
      wallS: (performance.now() - start.at) / 1000,
      last: this.#last,
    })
    // The untrained actor is kept too: whatever comes next, the folder holds a policy that can be tried.
    if (this.#checkpoint.updates < 0) this.#keep()
    while (this.#updates < this.#order.updates) {
      const end = await this.#chunk()
      if (end === 'diverged') {
        // The native side has gone back to its last state with finite numbers.
        this.#keep()
        return finish('diverged', diverged(this.#message))
      }
      const over = this.#updates >= this.#order.updates
      if (over || this.#seams.stopRequested() || this.#checkpointIsDue()) this.#keep()
      if (this.#seams.stopRequested() && !over) return finish('stopped', null)
    }
    return finish('done', null)
  }

  close(): void {
    this.#job.close()
  }

  /** Trains to the next multiple of `evaluateEvery`, then measures one simulated episode. */
  async #chunk(): Promise<'going' | 'diverged'> {
    const every = this.#order.evaluateEvery
    const target = Math.min(this.#order.updates, (Math.floor(this.#updates / every) + 1) * every)
    this.#job.start(target)
    this.#rate.resume(performance.now())
    const { state, message, points } = await this.#follow()
    this.#rate.pause(performance.now())
    const newest = points.at(-1)
    if (state === 'done') {
      const probed = await this.#seams.probe(this.#job.policy(), this.#loaded.sheet, this.#updates)
      if (newest) Object.assign(newest, probed)
    }
    this.#report(points)
    if (state !== 'diverged') return 'going'
    this.#message = message
    return 'diverged'
  }

  /**
   * Looks at the running native thread until it ends, passes its curve on and keeps a checkpoint now and then. The
   * newest point is held back, and given to the caller at the end, because it takes the distance of the episode after
   * the chunk.
   */
  async #follow(): Promise<{ state: TrainingProgress['state']; message: string; points: CurvePoint[] }> {
    const points: CurvePoint[] = []
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      if (this.#seams.stopRequested()) this.#job.stop()
      else this.#pauseAsAsked()
      const progress = this.#job.progress()
      this.#updates = progress.updates
      this.#rate.add(performance.now(), progress.updates)
      points.push(...this.#points(progress.points))
      this.#held = this.#paused && progress.state === 'paused'
      if (progress.state === 'paused') this.#keepWhilePaused()
      else if (progress.state !== 'running') {
        const { state, message } = progress
        const rest = this.#window.flush()
        if (rest) points.push({ ...rest, time: this.#secondsBefore + rest.time })
        return { state, message, points }
      }
      if (performance.now() - this.#reportedAt >= REPORT_MS) this.#report(points.splice(0, points.length - 1))
    }
  }

  /** The thread also pauses for a moment when a checkpoint is due: a long chunk must not be lost to a power cut. */
  #pauseAsAsked(): void {
    const wanted = this.#seams.pauseRequested()
    if (wanted || this.#checkpointIsDue()) this.#job.pause()
    if (wanted === this.#paused) return
    this.#paused = wanted
    if (wanted) return this.#rate.pause(performance.now())
    this.#rate.resume(performance.now())
    this.#job.resume()
  }

  #keepWhilePaused(): void {
    if (this.#checkpoint.updates !== this.#updates) this.#keep()
    if (!this.#paused) this.#job.resume()
  }

  #points(rows: Float64Array): CurvePoint[] {
    const points: CurvePoint[] = []
    for (let at = 0; at + COLUMNS <= rows.length; at += COLUMNS) {
      const point = this.#window.add(rows.subarray(at, at + COLUMNS))
      if (point) points.push({ ...point, time: this.#secondsBefore + point.time })
    }
    return points
  }

  #report(points: CurvePoint[]): void {
    this.#reportedAt = performance.now()
    this.#curve.append(points)
    this.#last = points.at(-1) ?? this.#last
    this.#seams.report({
      type: 'progress',
      update: this.#updates,
      updatesPerS: this.#rate.perSecond(),
      points,
      checkpointAt: this.#checkpoint.at || null,
      paused: this.#held,
    })
  }

  #checkpointIsDue(): boolean {
    return performance.now() - this.#checkpoint.onDiskMs > CHECKPOINT_EVERY_MS
  }

  /** Checkpoint first, then the policy: a resume after a cut between them makes the policy again. */
  #keep(): void {
    const trainedS = this.#last?.time ?? this.#secondsBefore
    const parts = this.#job.policy()
    writeCheckpoint(this.#order.folder, { updates: this.#updates, trainedS, state: this.#job.checkpoint() })
    this.#seams.writePolicy(this.#sheet(parts), parts)
    this.#checkpoint = { updates: this.#updates, at: Date.now(), onDiskMs: performance.now() }
  }

  #sheet(parts: PolicyParts): PolicySheet {
    const { sheet, origins } = this.#loaded
    const [dataset, ...joined] = origins
    return {
      format: 'forager-policy',
      formatVersion: POLICY_FORMAT_VERSION,
      id: this.#order.id,
      weights: 'weights.safetensors',
      networks: networkShapes(parts.networks),
      sampler: parts.sampler,
      model: null,
      observation:
        this.#order.task.kind === 'reach-any' ? [...sheet.observation, ...GOAL_OBSERVATION] : sheet.observation,
      action: sheet.action,
      stepPeriodS: sheet.stepPeriodS,
      task: this.#order.task,
      learner: this.#order.learner,
      mode: this.#order.mode,
      settings: this.#order.settings,
      actions: this.#order.actions,
      seed: this.#order.seed,
      updates: this.#updates,
      dataset,
      ...(joined.length > 0 && { joined }),
      imported: null,
      appVersion: this.#seams.appVersion,
      createdAt: this.#createdAt,
    }
  }
}

/** For learners that know the arm's geometry. */
function reachOf(task: Task): Pick<TrainingOptions, 'reach'> {
  if (task.kind === 'reach') return { reach: { goal: Float32Array.from(task.goal), model: armModel() } }
  return task.kind === 'reach-any' ? { reach: { goal: null, model: armModel() } } : {}
}

/** The learner, at the checkpoint where there is one. Refuses what does not fit and what memory does not hold. */
function makeJob(order: TrainingOrder, loaded: LoadedReplay, checkpoint: Checkpoint | null): TrainingJob {
  const { task, learner, mode, settings, seed, threads } = order
  let job: TrainingJob
  try {
    job = new native.TrainingJob({ learner, mode, settings, seed, threads, replay: loaded.replay, ...reachOf(task) })
  } catch (error) {
    throw refusal(
      'training-refused',
      `The learner cannot be made: ${(error as Error).message} Nothing was changed.`,
      'Choose other settings; smaller batches and layers need less memory.',
      String(error),
    )
  }
  if (!checkpoint) return job
  try {
    job.restore(checkpoint.state)
    const { updates } = job.progress()
    if (updates !== checkpoint.updates) throw new Error(`its state is of update ${updates}, not ${checkpoint.updates}.`)
    return job
  } catch (error) {
    job.close()
    throw refusal(
      'checkpoint-damaged',
      `The training checkpoint in ${order.folder} cannot be continued: ${(error as Error).message} ` +
        'The policy in this folder can still be used.',
      'Train it anew into another folder.',
      String(error),
    )
  }
}

function policyExists(order: TrainingOrder, before: PolicySheet): ProblemError {
  return refusal(
    'policy-exists',
    `There is a policy in ${order.folder} already, trained with ${before.updates} updates. Nothing was changed.`,
    'Resume it, or train into another folder.',
  )
}

function noCheckpoint(order: TrainingOrder): ProblemError {
  return refusal(
    'checkpoint-missing',
    `The policy in ${order.folder} has no training checkpoint beside it, so its training cannot go on. Nothing was changed.`,
    'Train anew into another folder.',
  )
}

function diverged(message: string): ProblemError {
  return refusal('diverged', message, 'Train with another seed, a smaller learning rate, or another learner.')
}
