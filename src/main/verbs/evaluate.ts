import { resolve } from 'node:path'
import { ProblemError, refusal } from '../../contract/problem.ts'
import type { Vector3 } from '../../contract/robot.ts'
import { worldNameSchema, worldOptionsSchema } from '../../contract/world.ts'
import { STEPS_PER_TRY } from '../evaluation/evaluation.ts'
import type { EvaluationOrder, EvaluationReport } from '../evaluation/evaluation-order.ts'
import type { ReachEpisode } from '../evaluation/reach-episode.ts'
import { parseGoal, refuseOutOfReach } from '../learner/task.ts'
import { armLimits } from '../platform/arm-model.ts'
import { native } from '../platform/native.ts'
import { readArmSheet } from '../policy/policy-store.ts'
import { startTries } from '../workers/evaluation-thread.ts'
import { isLocomotion } from '../world/open-world.ts'
import { evaluateInWorld } from './evaluate-in-world.ts'
import { takeRobot } from './take-robot.ts'
import type { TakenRobot } from './take-robot.ts'
import type { Verb, VerbInput, VerbResult } from './verb.ts'

/** Tries a policy without noise, on reach goals or in a world with a reward of its own. */
function evaluate(input: VerbInput): Promise<VerbResult> {
  const world = worldNameSchema.parse(input.text('world'))
  return isLocomotion(world) ? evaluateInWorld(input, world) : evaluateReach(input)
}

/** From home. Without --goal the goal is the one it was trained for. */
async function evaluateReach(input: VerbInput): Promise<VerbResult> {
  const policyPath = resolve(input.text('policy'))
  const sheet = readArmSheet(policyPath)
  const goals = readGoals(input, sheet.task?.kind === 'reach' ? sheet.task.goal : null)
  const seed = input.number('seed', 0)
  const perGoal = input.number('episodes', 1)
  const tries = goals.flatMap((position, i) =>
    Array.from({ length: perGoal }, (_, episode) => ({
      id: `${i}-${episode}`,
      goal: { name: position.join(','), position },
      policyPath,
      seed: (seed + i * perGoal + episode) >>> 0,
    })),
  )
  const link = await linkFor(input)
  try {
    const arm: EvaluationOrder['arm'] = link ? { kind: 'attached', id: link.armId } : { kind: 'simulated' }
    link?.beat()
    const episodes = await makeTries(input, { arm, stepsPerEpisode: STEPS_PER_TRY, tries })
    return describe(goals, perGoal, episodes)
  } finally {
    await link?.release()
  }
}

function readGoals(input: VerbInput, own: Vector3 | null): Vector3[] {
  const given = input.list('goal').map((text) => parseGoal(text))
  const goals = given.length > 0 ? given : own ? [own] : []
  if (goals.length === 0)
    throw refusal(
      'goal-unknown',
      'This policy does not say which goal it is for. Nothing was started.',
      'Name the goal with --goal X,Y,Z, in metres.',
    )
  for (const goal of goals) refuseOutOfReach(goal, armLimits().box)
  return goals
}

/** The arm of `panda-fci`; null for `panda`, which has one of its own for each try. */
function linkFor(input: VerbInput): Promise<TakenRobot | null> {
  if (input.text('world') === 'panda-fci') return takeRobot(input)
  if (!input.has('robot')) return Promise.resolve(null)
  throw refusal(
    'bad-arguments',
    '--robot has no meaning for the world panda, which is simulated in this process. Nothing was started.',
    'Give --world panda-fci to try the policy on that arm, or leave --robot out.',
  )
}

async function makeTries(input: VerbInput, order: EvaluationOrder): Promise<ReachEpisode[]> {
  const episodes: ReachEpisode[] = []
  const handle = startTries(order, (report: EvaluationReport) => {
    if (report.type !== 'try') return
    episodes.push(report.episode)
    const { closestM, finalM, endReason, steps } = report.episode
    const goal = order.tries[report.index]?.goal.name ?? ''
    input.progress(
      `try ${report.index + 1} of ${order.tries.length}, goal ${goal}: closest ${millimetres(closestM)}, ` +
        `final ${millimetres(finalM)}, ${steps} steps, ${endReason}`,
    )
  })
  const interrupt = (): void => {
    if (order.arm.kind === 'attached') stopArm(order.arm.id)
    handle.stopAfterTry()
  }
  input.signal.addEventListener('abort', interrupt, { once: true })
  if (input.signal.aborted) interrupt()
  const { problem, triesDone } = await handle.result
  if (problem) throw new ProblemError(problem)
  if (triesDone < order.tries.length)
    throw refusal(
      'evaluation-stopped',
      `The evaluation was interrupted after ${triesDone} of ${order.tries.length} tries.`,
      'Start it again; tries are not resumed.',
    )
  return episodes
}

/** An interrupt at the terminal stops the arm at once, in the middle of a try. */
function stopArm(id: number): void {
  native.attachArm(id)?.stop('operator-stop', 'The run was interrupted at the terminal.')
}

function describe(goals: readonly Vector3[], perGoal: number, made: readonly ReachEpisode[]): VerbResult {
  const episodes = made.map((episode, i) => ({
    goal: goals[Math.floor(i / perGoal)],
    return: episode.return,
    length: episode.steps,
    end_reason: episode.endReason,
    closest_m: episode.closestM,
    final_m: episode.finalM,
  }))
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const json = {
    episodes,
    return_mean: mean(episodes.map((each) => each.return)),
    closest_m_mean: mean(episodes.map((each) => each.closest_m)),
    final_m_mean: mean(episodes.map((each) => each.final_m)),
  }
  const text =
    `${episodes.length} ${episodes.length === 1 ? 'try' : 'tries'}: closest ${millimetres(json.closest_m_mean)}, ` +
    `final ${millimetres(json.final_m_mean)} from the goal on average`
  return { json, text }
}

function millimetres(metres: number): string {
  return `${(metres * 1000).toFixed(0)} mm`
}

export const verb: Verb = {
  name: 'evaluate',
  summary: 'Tries a policy: distances of the tool tip to reach goals, or returns in a world with a reward.',
  operands: [],
  options: [
    { name: 'policy', kind: 'text', placeholder: 'DIR', required: true, help: 'policy folder' },
    {
      name: 'world',
      kind: 'text',
      required: true,
      choices: worldNameSchema.options,
      help: 'panda: simulated at full speed; panda-fci: an arm over the network in real time; or a locomotion world',
    },
    {
      name: 'inertia',
      kind: 'text',
      choices: worldOptionsSchema.shape.inertia.unwrap().options,
      help: 'masses of a locomotion world, default those of the data that the policy was trained from',
    },
    { name: 'robot', kind: 'text', placeholder: 'HOST[:PORT]', help: 'address of the arm, for panda-fci' },
    {
      name: 'workspace-clear',
      kind: 'flag',
      help: 'you state that nobody and nothing is inside the box; needed for an arm that is not on this machine',
    },
    {
      name: 'goal',
      kind: 'text',
      placeholder: 'X,Y,Z',
      repeat: true,
      help: "goal in metres; default the policy's own",
    },
    {
      name: 'episodes',
      kind: 'integer',
      minimum: 1,
      maximum: 1000,
      help: 'tries for each goal, or episodes of the world, default 1',
    },
    { name: 'seed', kind: 'integer', minimum: 0, maximum: 0xffffffff, help: 'seed of the simulation, default 0' },
  ],
  run: evaluate,
}
