import { setTimeout as sleep } from 'node:timers/promises'
import { evaluationInterval, updatesOf } from '../../contract/experiment.ts'
import type { ExperimentPlan } from '../../contract/experiment.ts'
import type { WorldName } from '../../contract/world.ts'
import type { ExpectTime } from '../experiment/make-plan.ts'
import { armModel } from '../platform/arm-model.ts'
import { native } from '../platform/native.ts'
import type { Replay } from '../platform/native-learn.ts'
import { bytesPerTransition } from '../session/session-plan.ts'
import { openWorld, worldSpec } from '../world/open-world.ts'
import { stepRow } from '../world/step-row.ts'
import type { WorldSpec } from '../world/world.ts'
import { exploreRate } from './explore-rate.ts'

/** Each speed is measured for so long, s. */
const MEASURE_S = 0.3
/** Transitions that a learner is measured on: more than any batch. */
const MEASURE_STEPS = 5000
/** Policy, curve and checkpoint of one training, roughly, bytes. */
const TRAINING_BYTES = 40_000_000

/** Seconds for one of each, on this machine, now. */
interface Speeds {
  worldStep: Map<WorldName, number>
  exploring: Map<string, number>
  update: Map<string, number>
  act: Map<string, number>
}

/** Measures what the plan consists of, for a moment each, and says how long each job should take. */
export async function measureCost(plan: ExperimentPlan, threads: number): Promise<ExpectTime> {
  const speeds: Speeds = { worldStep: new Map(), exploring: new Map(), update: new Map(), act: new Map() }
  const learning = new Set(native.describeExplorers().flatMap(({ name, learns }) => (learns ? [name] : [])))
  for (const world of plan.worlds) speeds.worldStep.set(world, await secondsOfStep(world))
  for (const explorer of plan.explorers)
    speeds.exploring.set(explorer, learning.has(explorer) ? 1 / exploreRate(explorer, threads, MEASURE_S).steps : 0)
  // The worlds have nearly the same shape; the first one stands for all.
  const spec = worldSpec({ world: plan.worlds[0]!, options: {}, robot: 'in-process' })
  for (const learner of plan.learners) await measureLearner(learner, plan, spec, threads, speeds)
  return (job, { counts, ...planned }) => {
    const step = speeds.worldStep.get(job.world) ?? 0
    if (job.kind === 'collect') return counts.transitions * (step + (speeds.exploring.get(job.explorer) ?? 0))
    const learner = job.learner ?? ''
    const evaluation = counts.episodes * counts.stepsPerEpisode * (step + (speeds.act.get(learner) ?? 0))
    if (job.kind === 'evaluate') return evaluation
    const updates = updatesOf({ counts, ...planned }, learner)
    const evaluations = Math.ceil(updates / evaluationInterval({ counts, ...planned }, learner))
    return updates * (speeds.update.get(learner) ?? 0) + evaluations * evaluation
  }
}

/** Room that the plan needs on disk, bytes. */
export function expectedBytes(plan: ExperimentPlan): number {
  return plan.jobs.reduce((sum, { kind, world }) => {
    if (kind === 'train') return sum + TRAINING_BYTES
    if (kind === 'evaluate') return sum
    return sum + plan.counts.transitions * bytesPerTransition(worldSpec({ world, options: {}, robot: 'in-process' }))
  }, 0)
}

async function secondsOfStep(name: WorldName): Promise<number> {
  const world = await openWorld({ world: name, options: {}, seed: 0, armId: null, robot: 'in-process' })
  const { observation, action, simulatorState } = world.spec
  const row = stepRow(observation.length, action.length, simulatorState.length)
  let steps = 0
  const start = performance.now()
  for (let episode = 1; performance.now() - start < 1000 * MEASURE_S; episode++) {
    world.beginReset(episode)
    while (!world.continueReset(Infinity));
    world.beginEpisode(row)
    do {
      for (let i = 0; i < row.action.length; i++) row.action[i] = Math.sin(steps + i)
      world.step(row)
      steps += 1
    } while (row.info[1] === 0 && performance.now() - start < 1000 * MEASURE_S)
    world.endEpisode()
  }
  const seconds = (performance.now() - start) / 1000 / steps
  await world.close()
  return seconds
}

async function measureLearner(
  learner: string,
  { modes, worlds }: ExperimentPlan,
  spec: WorldSpec,
  threads: number,
  speeds: Speeds,
): Promise<void> {
  const replay = madeUpReplay(spec)
  const reach = worlds.includes('panda') ? { reach: { goal: Float32Array.of(0.4, 0.2, 0.5), model: armModel() } } : {}
  const job = new native.TrainingJob({ learner, mode: modes[0]!, settings: {}, seed: 0, threads, replay, ...reach })
  const policy = new native.Policy(job.policy())
  job.start(1_000_000_000)
  const start = performance.now()
  await sleep(1000 * MEASURE_S)
  job.stop()
  speeds.update.set(learner, (performance.now() - start) / 1000 / Math.max(1, job.progress().updates))
  job.close()
  const observation = new Float32Array(policy.observationSize).fill(0.1)
  const action = new Float32Array(policy.actionSize)
  let acts = 0
  const began = performance.now()
  for (; performance.now() - began < 100 * MEASURE_S; acts++) policy.act(observation, action)
  speeds.act.set(learner, (performance.now() - began) / 1000 / acts)
}

/** Data of the world's shape with arbitrary but fixed content; an arm sways around home, where nothing slows it. */
function madeUpReplay({ observation, action, tooltipBox }: WorldSpec): Replay {
  const { home } = armModel()
  const replay = new native.Replay({ observationSize: observation.length, actionSize: action.length })
  const wave = (count: number, offset: number): Float32Array =>
    Float32Array.from({ length: count }, (_, i) => Math.sin(offset + i * 1.7))
  const [states, actions] = [(MEASURE_STEPS + 1) * observation.length, MEASURE_STEPS * action.length]
  const swaying = (values: Float32Array): Float32Array =>
    values.map((value, i) => 0.1 * value + (home[i % observation.length] ?? 0))
  const made = wave(states, 0)
  replay.addEpisode(tooltipBox === null ? made : swaying(made), wave(actions, 0.3), wave(MEASURE_STEPS, 0.6), false)
  return replay
}
