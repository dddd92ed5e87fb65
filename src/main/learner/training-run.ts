import type { CurvePoint } from '../../contract/learner.ts'
import { networkShapes, POLICY_FORMAT_VERSION } from '../../contract/policy.ts'
import type { PolicySheet } from '../../contract/policy.ts'
import { refusal } from '../../contract/problem.ts'
import type { ProblemError } from '../../contract/problem.ts'
import { native } from '../platform/native.ts'
import type { PolicyParts, TrainingJob, TrainingProgress } from '../platform/native.ts'
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.ts'
import { CurveLog } from './curve-log.ts'
import { CurveWindow } from './curve-window.ts'
import { loadReplay } from './load-replay.ts'
import type { LoadedReplay } from './load-replay.ts'
import { UpdateRate } from './update-rate.ts'
import type { TrainingEnd, TrainingOrder, TrainingResult, TrainingSeams } from './training-order.ts'

/** Values of a native curve row: update, seconds, critic loss, actor loss, mean Q, saturated. */
const COLUMNS = 6
/** At most 10 looks a second at the native thread; it never waits for them. */
const POLL_MS = 100
/** Checkpoints are forced to disk; more often than this they would cost more than they protect, ms. */
const CHECKPOINT_EVERY_MS = 5000

/**
 * Trains one policy from a dataset on native threads, from reading the file to the last checkpoint.
 * Between chunks of `evaluateEvery` updates the native thread stands still for one simulated episode.
 * Throws refusals before the policy folder is touched; after that every end is a result.
 */
export async function runTraining(order: TrainingOrder, seams: TrainingSeams): Promise<TrainingResult> {
  const before = seams.readPolicy()
  if (before && !order.resume) throw policyExists(order, before)
  const loaded = loadReplay(order.datasetPath, order.task, (episodes, of) => {
    seams.report({ type: 'loading', episodes, of })
  })
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
  #checkpoint = { updates: -1, at: 0 }
  /** What the native thread said when it diverged. */
  #message = ''

  constructor(order: TrainingOrder, seams: TrainingSeams, loaded: LoadedReplay, before: PolicySheet | null) {
    this.#order = order
    this.#seams = seams
    this.#loaded = loaded
    if (before) refuseOtherTraining(order, before, loaded)
    const checkpoint = before ? readCheckpoint(order.folder) : null
    if (before && !checkpoint) throw noCheckpoint(order)
    this.#createdAt = before?.createdAt ?? Date.now()
    this.#job = new native.TrainingJob({
      learner: order.learner,
      mode: order.mode,
      settings: order.settings,
      seed: order.seed,
      threads: order.threads,
      replay: loaded.replay,
    })
    this.#curve = new CurveLog(order.folder)
    this.#window = new CurveWindow(order.updates, checkpoint?.updates ?? 0)
    if (!checkpoint) {
      this.#curve.truncateAfter(-1)
      return
    }
    this.#job.restore(checkpoint.state)
    this.#updates = checkpoint.updates
    this.#secondsBefore = checkpoint.trainedS
    this.#checkpoint = { updates: checkpoint.updates, at: Date.now() }
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
      if (over || this.#seams.stopRequested() || Date.now() - this.#checkpoint.at > CHECKPOINT_EVERY_MS) this.#keep()
      if (this.#seams.stopRequested() && !over) return finish('stopped', null)
    }
    return finish('done', null)
  }

  close(): void {
    this.#job.close()
  }

  /** Trains to the next multiple of `evaluateEvery`, then measures the closest distance in simulation. */
  async #chunk(): Promise<'going' | 'diverged'> {
    const every = this.#order.evaluateEvery
    const target = Math.min(this.#order.updates, (Math.floor(this.#updates / every) + 1) * every)
    this.#job.start(target)
    this.#rate.resume(performance.now())
    const { state, message, points } = await this.#follow()
    this.#rate.pause(performance.now())
    const newest = points.at(-1)
    if (newest && state === 'done') newest.closestM = this.#seams.probe(this.#job.policy())
    this.#report(points)
    if (state !== 'diverged') return 'going'
    this.#message = message
    return 'diverged'
  }

  /**
   * Looks at the running native thread until it ends and passes its curve on. The newest point is held back, and given
   * to the caller at the end, because it takes the distance of the episode after the chunk.
   */
  async #follow(): Promise<{ state: TrainingProgress['state']; message: string; points: CurvePoint[] }> {
    const points: CurvePoint[] = []
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      if (this.#seams.stopRequested()) this.#job.stop()
      const progress = this.#job.progress()
      this.#updates = progress.updates
      this.#rate.add(performance.now(), progress.updates)
      points.push(...this.#points(progress.points))
      if (progress.state !== 'running') {
        const { state, message } = progress
        const rest = this.#window.flush()
        if (rest) points.push({ ...rest, time: this.#secondsBefore + rest.time })
        return { state, message, points }
      }
      this.#report(points.splice(0, points.length - 1))
    }
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
    this.#curve.append(points)
    this.#last = points.at(-1) ?? this.#last
    this.#seams.report({
      type: 'progress',
      update: this.#updates,
      updatesPerS: this.#rate.perSecond(),
      points,
      checkpointAt: this.#checkpoint.at || null,
    })
  }

  /** Checkpoint first, then the policy: a resume after a cut between them makes the policy again. */
  #keep(): void {
    const trainedS = this.#last?.time ?? this.#secondsBefore
    const parts = this.#job.policy()
    writeCheckpoint(this.#order.folder, { updates: this.#updates, trainedS, state: this.#job.checkpoint() })
    this.#seams.writePolicy(this.#sheet(parts), parts)
    this.#checkpoint = { updates: this.#updates, at: Date.now() }
  }

  #sheet(parts: PolicyParts): PolicySheet {
    const { sheet, hash, transitions } = this.#loaded
    return {
      format: 'forager-policy',
      formatVersion: POLICY_FORMAT_VERSION,
      id: this.#order.id,
      weights: 'weights.safetensors',
      networks: networkShapes(parts.networks),
      sampler: parts.sampler,
      model: null,
      observation: sheet.observation,
      action: sheet.action,
      stepPeriodS: sheet.stepPeriodS,
      task: this.#order.task,
      learner: this.#order.learner,
      mode: this.#order.mode,
      settings: this.#order.settings,
      seed: this.#order.seed,
      updates: this.#updates,
      dataset: { id: sheet.id, name: sheet.name, explorer: sheet.explorer, world: sheet.world, transitions, hash },
      imported: null,
      appVersion: this.#seams.appVersion,
      createdAt: this.#createdAt,
    }
  }
}

function policyExists(order: TrainingOrder, before: PolicySheet): ProblemError {
  return refusal(
    'policy-exists',
    `There is a policy in ${order.folder} already, trained with ${before.updates} updates. Nothing was changed.`,
    'Resume it, or train into another folder.',
  )
}

/** A resume continues the same training: same task, method, seed and data. */
function refuseOtherTraining(order: TrainingOrder, before: PolicySheet, loaded: LoadedReplay): void {
  const differs: [string, unknown, unknown][] = [
    ['task', JSON.stringify(before.task), JSON.stringify(order.task)],
    ['learner', before.learner, order.learner],
    ['mode', before.mode, order.mode],
    ['seed', before.seed, order.seed],
    ['settings', sorted(before.settings), sorted(order.settings)],
  ]
  const wrong = differs.find(([, then, now]) => then !== now)
  if (wrong)
    throw refusal(
      'resume-differs',
      `The training in ${order.folder} was made with ${wrong[0]} ${String(wrong[1])}, not ${String(wrong[2])}. Nothing was changed.`,
      `Resume with the same ${wrong[0]}, or train into another folder.`,
    )
  if (before.dataset?.hash !== loaded.hash)
    throw refusal(
      'dataset-changed',
      `The training in ${order.folder} used ${describeData(before)}; ` +
        `the file now holds ${loaded.transitions} or other ones. A resumed training would not be the same. Nothing was changed.`,
      'Give the dataset as it was, or train anew into another folder.',
    )
}

function describeData({ dataset }: PolicySheet): string {
  return dataset ? `${dataset.transitions} transitions of ${dataset.name}` : 'data that are not known'
}

function noCheckpoint(order: TrainingOrder): ProblemError {
  return refusal(
    'checkpoint-missing',
    `The policy in ${order.folder} has no training checkpoint beside it, so its training cannot go on. Nothing was changed.`,
    'Train anew into another folder.',
  )
}

function sorted(settings: Record<string, number>): string {
  return JSON.stringify(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function diverged(message: string): ProblemError {
  return refusal('diverged', message, 'Train with another seed, a smaller learning rate, or another learner.')
}
