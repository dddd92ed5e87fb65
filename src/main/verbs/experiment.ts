import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { experimentNameSchema } from '../../contract/experiment.ts'
import type { ExperimentPlan } from '../../contract/experiment.ts'
import { refusal } from '../../contract/problem.ts'
import { terminalCommand } from '../../contract/terminal-command.ts'
import { modeSchema, worldNameSchema } from '../../contract/world.ts'
import { defaultGoals } from '../evaluation/goals.ts'
import { countStates, ExperimentReader, fractionDone } from '../experiment/experiment-reader.ts'
import type { JobStatus } from '../experiment/experiment-reader.ts'
import { makePlan, withExpectedTimes } from '../experiment/make-plan.ts'
import { beginPlan, hasPlan, readPlan } from '../experiment/plan-file.ts'
import { supervise } from '../experiment/supervise.ts'
import { appVersion } from '../platform/app-version.ts'
import { armLimits } from '../platform/arm-model.ts'
import { native } from '../platform/native.ts'
import { stationHome } from '../platform/station-home.ts'
import { expectedBytes, measureCost } from './experiment-cost.ts'
import { endedText, planJson, planText, progressText } from './experiment-telling.ts'
import type { Verb, VerbInput, VerbResult } from './verb.ts'

const SEEDS = 5
const TELL_EVERY_MS = 3000
const RESUME = 'resume'

/** Runs one of the paper's experiments, or goes on with one. */
async function experiment(input: VerbInput): Promise<VerbResult> {
  const cores = availableParallelism()
  const workers = input.number('workers', 1)
  const threads = input.number('threads', Math.max(1, Math.floor(cores / workers)))
  const { folder, plan } = await planOf(input, threads)
  const cost = { seconds: expectedSeconds(plan, workers), bytes: expectedBytes(plan) }
  if (input.flag('dry-run')) return { json: planJson(folder, plan, cost), text: planText(folder, plan, cost) }
  input.progress(planText(folder, plan, cost))
  const begun = hasPlan(folder) ? await new ExperimentReader(folder, plan).look() : []
  if (begun.some(({ state }) => state !== 'waiting')) input.progress(progressText(begun))
  const kept = beginPlan(folder, plan)
  sayOtherVersion(input, kept)
  const statuses = await supervise(folder, kept, {
    workers,
    threads,
    stop: input.signal,
    told: atMostEvery(TELL_EVERY_MS, (statuses) => input.progress(progressText(statuses))),
    ended: (status) => input.progress(endedText(status)),
  })
  return close(input, folder, planJson(folder, kept, cost), statuses)
}

function atMostEvery<T>(periodMs: number, tell: (value: T) => void): (value: T) => void {
  let toldAt = -Infinity
  return (value) => {
    if (performance.now() - toldAt < periodMs) return
    toldAt = performance.now()
    tell(value)
  }
}

interface Planned {
  folder: string
  plan: ExperimentPlan
}

async function planOf(input: VerbInput, threads: number): Promise<Planned> {
  const [what = '', named] = input.operands
  if (what === RESUME) return planToResume(input, named)
  if (named !== undefined)
    throw refusal(
      'bad-arguments',
      `"${named}" is not expected here. Nothing was started.`,
      'Name the folder with --out.',
    )
  const known = experimentNameSchema.safeParse(what)
  if (!known.success)
    throw refusal(
      'bad-arguments',
      `There is no experiment "${what}". Nothing was started.`,
      `Give one of: ${[...experimentNameSchema.options, `${RESUME} FOLDER`].join(', ')}.`,
    )
  const folder = resolve(input.text('out', join(stationHome(), 'experiments', known.data)))
  const wanted = wantedPlan(input, known.data)
  // A plan that is there has its expectations already.
  if (hasPlan(folder)) return { folder, plan: beginPlan(folder, wanted) }
  input.progress('measuring the speed of this machine')
  return { folder, plan: withExpectedTimes(wanted, await measureCost(wanted, threads)) }
}

const OF_A_NEW_ONE = ['out', 'scale', 'seeds', 'mode', 'world', 'explorer', 'learner']

function planToResume(input: VerbInput, named: string | undefined): Planned {
  const given = OF_A_NEW_ONE.find((option) => input.has(option))
  if (given !== undefined)
    throw refusal(
      'bad-arguments',
      `--${given} has no meaning for ${RESUME}: the plan says it. Nothing was started.`,
      `Leave --${given} out, or start another experiment in another folder.`,
    )
  if (named === undefined)
    throw refusal(
      'bad-arguments',
      'FOLDER is missing. Nothing was started.',
      `Give: ${terminalCommand('experiment', RESUME, 'FOLDER')}`,
    )
  const folder = resolve(named)
  return { folder, plan: readPlan(folder) }
}

function wantedPlan(input: VerbInput, name: ExperimentPlan['experiment']): ExperimentPlan {
  const scale = input.number('scale', 1)
  if (scale <= 0)
    throw refusal('bad-arguments', `--scale cannot be ${scale}. Nothing was started.`, 'Give more than 0, up to 1.')
  const choices = {
    experiment: name,
    scale,
    seeds: input.number('seeds', SEEDS),
    modes: input.list('mode').map((mode) => modeSchema.parse(mode)),
    worlds: input.list('world').map((world) => worldNameSchema.parse(world)),
    explorers: input.list('explorer'),
    learners: input.list('learner'),
    goals: defaultGoals(),
  }
  return makePlan(choices, { explorers: native.describeExplorers(), box: armLimits().box, appVersion: appVersion() })
}

function expectedSeconds(plan: ExperimentPlan, workers: number): number {
  return plan.jobs.reduce((sum, job) => sum + job.expectedS, 0) / workers
}

function sayOtherVersion(input: VerbInput, plan: ExperimentPlan): void {
  const version = appVersion()
  if (plan.appVersion === version) return
  input.progress(`planned by version ${plan.appVersion}; this is ${version}: results of both stand in one table`)
}

/** What it came to. Failed jobs make the exit code 1; an interrupt is a refusal, as everywhere. */
function close(
  input: VerbInput,
  folder: string,
  planned: Record<string, unknown>,
  statuses: readonly JobStatus[],
): VerbResult {
  const counts = countStates(statuses)
  const open = counts.waiting + counts.running
  if (input.signal.aborted && open > 0) {
    throw refusal(
      'experiment-stopped',
      `The experiment was interrupted: ${progressText(statuses)}. Results so far are in ${folder}.`,
      `Go on with: ${terminalCommand('experiment', RESUME, folder)}`,
    )
  }
  const json = { ...planned, jobs: counts, fraction: fractionDone(statuses) }
  const text = `${progressText(statuses)}. Results: ${join(folder, 'results.json')}, results.csv and the figures beside it`
  return { json, text, exitCode: counts.failed + counts.blocked > 0 ? 1 : 0 }
}

export const verb: Verb = {
  name: 'experiment',
  summary: "The paper's results: WHAT is figure3, table1, or resume FOLDER. Safe to kill; goes on where it was.",
  operands: ['WHAT', '[FOLDER]'],
  options: [
    {
      name: 'out',
      kind: 'text',
      placeholder: 'DIR',
      help: "folder of the experiment, default experiments/WHAT in the station's folder, where Evaluate shows it",
    },
    { name: 'scale', kind: 'number', minimum: 0, maximum: 1, help: 'shrinks every published count, default 1' },
    {
      name: 'seeds',
      kind: 'integer',
      placeholder: 'K',
      minimum: 1,
      maximum: 100,
      help: `runs of each, default ${SEEDS}`,
    },
    {
      name: 'workers',
      kind: 'integer',
      placeholder: 'N',
      minimum: 1,
      maximum: 256,
      help: 'processes at work, default 1',
    },
    { name: 'threads', kind: 'integer', minimum: 1, maximum: 256, help: 'of each worker, default cores / workers' },
    { name: 'mode', kind: 'text', choices: modeSchema.options, repeat: true, help: 'of every method, default paper' },
    {
      name: 'world',
      kind: 'text',
      choices: worldNameSchema.options,
      repeat: true,
      help: 'only these of the experiment',
    },
    {
      name: 'explorer',
      kind: 'text',
      placeholder: 'E',
      repeat: true,
      help: "only these, default the paper's: random, gep, rnd, diayn, sse",
    },
    {
      name: 'learner',
      kind: 'text',
      placeholder: 'L',
      repeat: true,
      help: "these, default the paper's td3 and bcq; newer: td3_bc, iql, sac, cql, rollout",
    },
    { name: 'dry-run', kind: 'flag', help: 'print plan and expected cost, start nothing' },
  ],
  run: experiment,
}
