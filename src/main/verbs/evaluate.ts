import { resolve } from 'node:path'
import { ProblemError, refusal } from '../../contract/problem.ts'
import type { Vector3 } from '../../contract/robot.ts'
import type { Task } from '../../contract/task.ts'
import { worldNameSchema, worldOptionsSchema } from '../../contract/world.ts'
import { defaultGoals } from '../evaluation/goals.ts'
import type { EvaluationOrder, EvaluationReport, TriedEpisode } from '../evaluation/evaluation-order.ts'
import { STEPS_PER_TRY } from '../evaluation/plan-tries.ts'
import { parseGoal, refuseOutOfReach } from '../learner/task.ts'
import { armLimits } from '../platform/arm-model.ts'
import { native } from '../platform/native.ts'
import { readArmSheet } from '../policy/policy-store.ts'
import { startTries } from '../workers/evaluation-thread.ts'
import { isLocomotion } from '../world/open-world.ts'
import { evaluateInWorld } from './evaluate-in-world.ts'
import { robotOfWorld } from './take-robot.ts'
import type { Verb, VerbInput, VerbResult } from './verb.ts'

/** Tries a policy without noise, on reach goals or in a world with a reward of its own. */
function evaluate(input: VerbInput): Promise<VerbResult> {
  const world = worldNameSchema.parse(input.text('world'))
  return isLocomotion(world) ? evaluateInWorld(input, world) : evaluateOnArm(input)
}

/** From home. Without --goal the goal, or the expression, is the one it was trained for. */
async function evaluateOnArm(input: VerbInput): Promise<VerbResult> {
  const policyPath = resolve(input.text('policy'))
  const sheet = readArmSheet(policyPath)
  const goals = readGoals(input, sheet.task)
  const seed = input.number('seed', 0)
  const perGoal = input.number('episodes', 1)
  const tries = goals.flatMap((position, i) =>
    Array.from({ length: perGoal }, (_, episode) => ({
      id: `${i}-${episode}`,
      goal: position && { name: position.join(','), position },
      policyPath,
      seed: (seed + i * perGoal + episode) >>> 0,
    })),
  )
  const link = await robotOfWorld(input, 'try the policy')
  try {
    const arm: EvaluationOrder['arm'] = link ? { kind: 'attached', id: link.armId } : { kind: 'simulated' }
    link?.beat()
    const episodes = await makeTries(input, { arm, stepsPerEpisode: STEPS_PER_TRY, tries })
    const { json, text } = describe(goals, perGoal, episodes)
    return { json: { ...json, ...(link ? { tightened_limits: link.tightenedLimits } : {}) }, text }
  } finally {
    await link?.release()
  }
}

/** Null stands for the expression that the policy was trained for. One for any point is tried at the usual goals. */
function readGoals(input: VerbInput, own: Task | null): (Vector3 | null)[] {
  const given = input.list('goal').map((text) => parseGoal(text))
  if (given.length === 0 && own?.kind === 'expression') return [null]
  const goals = given.length > 0 ? given : goalsOfTask(own)
  if (goals.length === 0)
    throw refusal(
      'goal-unknown',
      'This policy does not say which goal it is for. Nothing was started.',
      'Name the goal with --goal X,Y,Z, in metres.',
    )
  for (const goal of goals) refuseOutOfReach(goal, armLimits().box)
  return goals
}

function goalsOfTask(task: Task | null): Vector3[] {
  if (task?.kind === 'reach-any') return defaultGoals().map(({ position }) => position)
  return task?.kind === 'reach' ? [task.goal] : []
}

async function makeTries(input: VerbInput, order: EvaluationOrder): Promise<TriedEpisode[]> {
  const episodes: TriedEpisode[] = []
  const handle = startTries(order, (report: EvaluationReport) => {
    if (report.type !== 'try') return
    episodes.push(report.episode)
    const goal = order.tries[report.index]?.goal?.name
    const of = goal === undefined ? '' : `, goal ${goal}`
    input.progress(`try ${report.index + 1} of ${order.tries.length}${of}: ${episodeText(report.episode)}`)
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

function episodeText(episode: TriedEpisode): string {
  const end = `${episode.steps} steps, ${episode.endReason}`
  if (!('closestM' in episode)) return `return ${episode.return.toFixed(2)}, ${end}`
  return `closest ${millimetres(episode.closestM)}, final ${millimetres(episode.finalM)}, ${end}`
}

function describe(goals: readonly (Vector3 | null)[], perGoal: number, made: readonly TriedEpisode[]): VerbResult {
  const episodes = made.map((episode, i) => ({
    goal: goals[Math.floor(i / perGoal)] ?? null,
    return: episode.return,
    length: episode.steps,
    end_reason: episode.endReason,
    closest_m: 'closestM' in episode ? episode.closestM : null,
    final_m: 'finalM' in episode ? episode.finalM : null,
  }))
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const distances = made.filter((episode) => 'closestM' in episode)
  const json = {
    episodes,
    return_mean: mean(episodes.map((each) => each.return)),
    closest_m_mean: distances.length === 0 ? null : mean(distances.map(({ closestM }) => closestM)),
    final_m_mean: distances.length === 0 ? null : mean(distances.map(({ finalM }) => finalM)),
  }
  const count = `${episodes.length} ${episodes.length === 1 ? 'try' : 'tries'}`
  const { closest_m_mean: closest, final_m_mean: final } = json
  if (closest === null || final === null)
    return { json, text: `${count}: return ${json.return_mean.toFixed(2)} on average, by the policy's own expression` }
  return {
    json,
    text: `${count}: closest ${millimetres(closest)}, final ${millimetres(final)} from the goal on average`,
  }
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
      help: "goal in metres; default the policy's own goal, or the expression that it was trained for",
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
