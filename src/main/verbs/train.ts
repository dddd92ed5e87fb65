import { availableParallelism } from 'node:os'
import { basename, resolve } from 'node:path'
import { actionChoiceSchema } from '../../contract/exchange.ts'
import type { CurvePoint } from '../../contract/learner.ts'
import { ProblemError, refusal } from '../../contract/problem.ts'
import { EVALUATE_EVERY } from '../learner/job-queue.ts'
import { refuseUnknownMethod } from '../learner/method-check.ts'
import { parseTask } from '../learner/task.ts'
import { taskText } from '../../contract/task.ts'
import { updatesBeforePolicy } from '../../contract/updates-before-policy.ts'
import { modeSchema } from '../../contract/world.ts'
import type { TrainingOrder, TrainingReport, TrainingResult } from '../learner/training-order.ts'
import { armLimits } from '../platform/arm-model.ts'
import { native } from '../platform/native.ts'
import { trainOrder } from '../workers/train-order.ts'
import type { Verb, VerbInput, VerbResult } from './verb.ts'

/** Trains a policy offline. The first SIGINT stops after the running update; the checkpoint is kept. */
async function train(input: VerbInput): Promise<VerbResult> {
  const order = readOrder(input)
  refuseUnknownMethod(order.learner, order.mode, order.settings)
  sayUntrained(input, order)
  const sayProgress = progressSayer(input, order)
  const result = await trainOrder(order, sayProgress, () => input.signal.aborted)
  if (result.end === 'stopped') throw stopped(order, result)
  if (result.problem) throw new ProblemError(result.problem)
  const { last } = result
  const updatesPerS = result.updatesDone > 0 ? result.updatesDone / result.wallS : 0
  const json = {
    learner: order.learner,
    mode: order.mode,
    task: taskText(order.task),
    updates: result.updates,
    wall_s: result.wallS,
    updates_per_s: updatesPerS,
    policy: order.folder,
    losses: last ? { critic: last.criticLoss, actor: last.actorLoss, mean_q: last.meanQ } : {},
  }
  const closest = last ? probeText(last) : ''
  const rate = result.updatesDone > 0 ? `, ${updatesPerS.toFixed(0)} updates/s` : ''
  return { json, text: `${order.folder}: ${result.updates} updates of ${order.learner}${rate}${closest}` }
}

function readOrder(input: VerbInput): TrainingOrder {
  const folder = resolve(input.text('policy'))
  return {
    id: basename(folder),
    folder,
    datasetPaths: input.list('dataset').map((path) => resolve(path)),
    task: parseTask(input.text('task'), armLimits().box),
    learner: input.text('learner'),
    mode: input.text('mode', 'paper'),
    settings: readSettings(input.list('set')),
    actions: actionChoiceSchema.parse(input.text('actions', 'policy')),
    seed: input.number('seed', 0),
    updates: input.number('updates'),
    resume: input.flag('resume'),
    threads: input.number('threads', availableParallelism()),
    evaluateEvery: EVALUATE_EVERY,
  }
}

/** `key=value` texts as numbers. */
function readSettings(texts: readonly string[]): Record<string, number> {
  const settings: Record<string, number> = {}
  for (const text of texts) {
    const match = /^([\w-]+)=([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)$/i.exec(text)
    if (!match?.[1])
      throw refusal(
        'bad-arguments',
        `--set cannot be "${text}". Nothing was started.`,
        'Write a setting and a number, for example --set batch=256.',
      )
    settings[match[1]] = Number(match[2])
  }
  return settings
}

/** A policy that no update reaches is no mistake: a resumed training goes on from it. A person should know it all the same. */
function sayUntrained(input: VerbInput, { learner, mode, settings, updates }: TrainingOrder): void {
  const method = native.describeLearners().find(({ name }) => name === learner)
  const before = updatesBeforePolicy(method?.settings ?? [], modeSchema.parse(mode), settings)
  if (updates > 0 && updates <= before)
    input.progress(`the models learn alone for the first ${before} updates: ${updates} leave the policy untrained`)
}

/** A line for a person at the start and every few seconds; all of it goes to stderr. */
function progressSayer(input: VerbInput, order: TrainingOrder): (report: TrainingReport) => void {
  let saidAt = 0
  return (report) => {
    const whole = report.type === 'loading' && report.episodes === report.of
    if (!whole && (report.type === 'loading' || performance.now() - saidAt < 3000)) return
    saidAt = performance.now()
    if (report.type === 'loading') return input.progress(`${report.of} episodes read`)
    const probed = report.points.findLast(({ closestM, episodeReturn }) => closestM !== null || episodeReturn !== null)
    const rate = report.updatesPerS === null ? '' : `, ${report.updatesPerS.toFixed(0)} updates/s`
    const near = probed ? probeText(probed) : ''
    input.progress(`${report.update} of ${order.updates} updates${rate}${near}`)
  }
}

/** What the simulated episode of a point gave, for a person. */
function probeText({ closestM, episodeReturn }: CurvePoint): string {
  if (closestM !== null) return `, closest in simulation ${(closestM * 1000).toFixed(0)} mm`
  return episodeReturn === null ? '' : `, return in simulation ${episodeReturn.toFixed(1)}`
}

function stopped(order: TrainingOrder, result: TrainingResult): ProblemError {
  if (result.updates === 0 && result.updatesDone === 0)
    return refusal('training-stopped', 'The training stopped before its first update.', 'Give the same command again.')
  return refusal(
    'training-stopped',
    `The training stopped at update ${result.updates} of ${order.updates}. Its checkpoint is kept in ${order.folder}.`,
    'Give the same command with --resume to go on exactly from there.',
  )
}

export const verb: Verb = {
  name: 'train',
  summary: 'Trains a policy offline from a dataset, for a task that may be defined after the data were collected.',
  operands: [],
  options: [
    {
      name: 'dataset',
      kind: 'text',
      placeholder: 'FILE',
      required: true,
      repeat: true,
      help: 'dataset to train from; several are joined in the order given',
    },
    {
      name: 'task',
      kind: 'text',
      placeholder: 'TASK',
      required: true,
      help: 'reach:x,y,z in metres in the base frame, reach:any for a policy that is told its goal, env for the reward of the world itself, expression:TEXT over signals such as tip.x, q1, a2, or a task file ending in .json',
    },
    { name: 'learner', kind: 'text', placeholder: 'NAME', required: true, help: 'offline learner, for example td3' },
    { name: 'mode', kind: 'text', choices: ['published', 'paper', 'modern'], help: 'set of defaults, default paper' },
    {
      name: 'updates',
      kind: 'integer',
      minimum: 0,
      maximum: 100_000_000,
      required: true,
      help: 'updates in total; 0 writes the untrained policy',
    },
    { name: 'seed', kind: 'integer', minimum: 0, maximum: 0xffffffff, help: 'seed of weights and batches, default 0' },
    { name: 'policy', kind: 'text', placeholder: 'DIR', required: true, help: 'policy folder to write' },
    { name: 'resume', kind: 'flag', help: 'go on from the checkpoint in the policy folder' },
    {
      name: 'set',
      kind: 'text',
      placeholder: 'KEY=VALUE',
      repeat: true,
      help: 'one setting other than the mode has it',
    },
    {
      name: 'actions',
      kind: 'text',
      choices: actionChoiceSchema.options,
      help: 'recorded actions to learn from: policy, as asked for (default), or sent, as the supervisor let through',
    },
    { name: 'threads', kind: 'integer', minimum: 1, maximum: 1024, help: 'native threads, default all cores' },
  ],
  run: train,
}
