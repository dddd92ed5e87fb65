import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { EvaluationProgress, EvaluationStart } from '../../../src/contract/evaluation.ts'
import { unpackFloat32 } from '../../../src/contract/packed.ts'
import { ProblemError } from '../../../src/contract/problem.ts'
import type { Goal } from '../../../src/contract/task.ts'
import { Evaluation } from '../../../src/main/evaluation/evaluation.ts'
import type { EvaluationReport } from '../../../src/main/evaluation/evaluation-order.ts'
import { GoalBook } from '../../../src/main/evaluation/goals.ts'
import { armLimits, armModel } from '../../../src/main/platform/arm-model.ts'
import { Watched } from '../../../src/main/platform/watched.ts'
import { writePolicy } from '../../../src/main/policy/policy-folder.ts'
import { PolicyStore } from '../../../src/main/policy/policy-store.ts'
import { goHome } from '../../../src/main/robot/go-home.ts'
import { startTries } from '../../../src/main/workers/evaluation-thread.ts'
import { moveAway } from '../../doubles/away-from-home.ts'
import { armedArm } from '../../doubles/simulated-robot.ts'
import { until } from '../../doubles/until.ts'
import { refusalCode, temporaryFolder } from '../dataset/synthetic.ts'
import { policySheet } from '../policy/synthetic-policy.ts'

const GOALS: Goal[] = [
  { name: 'A', position: [0.45, 0.25, 0.3] },
  { name: 'B', position: [0.45, -0.25, 0.3] },
]

/** A policy that asks for the same action always: it runs into the safety limit soon. */
function writeConstantPolicy(folder: string, goal: Goal, action: number[]): void {
  const layer = { inputs: 14, outputs: 7, activation: 'tanh' as const, weight: new Float32Array(98) }
  const parts = { networks: { actor: [{ ...layer, bias: Float32Array.from(action) }] }, sampler: null }
  const task = { kind: 'reach' as const, goal: goal.position }
  writePolicy(folder, policySheet(parts, { id: goal.name, task, seed: 0, updates: 5 }), parts)
}

function stationFolder(): string {
  const home = temporaryFolder()
  GOALS.forEach((goal, i) =>
    writeConstantPolicy(join(home, 'policies', goal.name), goal, [i === 0 ? 1 : -1, 1, 0, 1, 0, 0, 0]),
  )
  return home
}

function open(home: string): Evaluation {
  const goals = new GoalBook(home, armLimits().box)
  if (goals.list().length !== GOALS.length) goals.replace(GOALS)
  const policies = new PolicyStore(join(home, 'policies'))
  const evaluation = new Evaluation({
    home,
    goals,
    policies: () => policies.list(),
    jobs: new Watched([]),
    learners: [{ name: 'td3', label: 'TD3' }],
    holdArm: () => {
      throw new ProblemError({ code: 'robot-not-connected', message: 'No arm is connected.', tip: 'Connect the arm.' })
    },
    startTries,
  })
  onTestFinished(() => evaluation.close())
  return evaluation
}

const START: EvaluationStart = {
  learner: 'td3',
  explorer: 'random',
  world: 'panda',
  triesPerGoal: 2,
  seed: 1,
  workspaceClear: false,
}

function ended(evaluation: Evaluation): Promise<EvaluationProgress> {
  return new Promise((resolve) => {
    const off = evaluation.progress.onChange(() => {
      const progress = evaluation.progress.current()
      if (progress.state !== 'done' && progress.state !== 'failed') return
      off()
      resolve(progress)
    })
  })
}

describe('an evaluation', () => {
  test('makes every try, fills its cell, keeps paths, and all of it survives a restart', async () => {
    const home = stationFolder()
    const evaluation = open(home)
    let gridChanges = 0
    evaluation.grid.onChange(() => gridChanges++)
    const end = ended(evaluation)
    evaluation.start(START)
    expect(refusalCode(() => evaluation.start(START))).toBe('evaluation-running')
    expect(refusalCode(() => evaluation.setGoals(GOALS))).toBe('evaluation-running')
    expect(await end).toMatchObject({ state: 'done', triesDone: 4, triesTotal: 4, problem: null })
    expect(gridChanges).toBeGreaterThan(4)

    const cell = evaluation.grid.current().cells[0]
    expect(cell).toMatchObject({ learner: 'td3', explorer: 'random', state: 'done' })
    expect(cell?.goals.map((goal) => goal.tries.length)).toEqual([2, 2])
    const [first] = cell?.goals[0]?.tries ?? []
    if (!first) throw new Error('no try')
    const trace = evaluation.trace(first.id)
    const distance = unpackFloat32(trace.distance)
    expect(distance).toHaveLength(first.steps + 1)
    expect(Math.min(...distance)).toBe(first.closestM)
    expect(distance.at(-1)).toBe(first.finalM)
    expect(unpackFloat32(trace.tooltip)).toHaveLength(3 * (first.steps + 1))
    // Turning to the left comes nearer to the goal on the left than the start is.
    expect(first.closestM).toBeLessThan(distance[0] ?? 0)
    expect(evaluation.exportCsv().split('\r\n')).toHaveLength(1 + 4 + 7 + 1)

    await evaluation.close()
    const again = open(home)
    expect(again.grid.current().cells[0]).toEqual(cell)
    expect(again.trace(first.id)).toEqual(trace)
    expect(refusalCode(() => again.trace('gone'))).toBe('try-unknown')
  })

  test('stops after the running try and keeps it', async () => {
    const evaluation = open(stationFolder())
    const end = ended(evaluation)
    evaluation.start({ ...START, triesPerGoal: 50 })
    const off = evaluation.progress.onChange(() => {
      if (evaluation.progress.current().triesDone > 0) evaluation.stop()
    })
    const progress = await end
    off()
    expect(progress).toMatchObject({ state: 'done', triesTotal: 100 })
    expect(progress.triesDone).toBeLessThan(100)
    const tries = evaluation.grid.current().cells[0]?.goals.flatMap((goal) => goal.tries)
    expect(tries).toHaveLength(progress.triesDone)
  })

  test('is refused before anything moves', () => {
    const evaluation = open(stationFolder())
    const code = (changes: Partial<EvaluationStart>): string =>
      refusalCode(() => evaluation.start({ ...START, ...changes }))
    expect(code({ explorer: 'rnd' })).toBe('not-trained')
    expect(code({ world: 'panda-fci' })).toBe('workspace-not-clear')
    expect(code({ world: 'panda-fci', workspaceClear: true })).toBe('robot-not-connected')
    expect(evaluation.progress.current().state).toBe('none')
  })
})

describe('tries on an arm over the network', () => {
  test('run the same loop in real time from another thread', async () => {
    const { robot, driver } = await armedArm()
    const policyPath = join(stationFolder(), 'policies', 'A')
    const tries = [1, 2].map((i) => ({ id: String(i), goal: GOALS[0] as Goal, policyPath, seed: 0 }))
    const reports: EvaluationReport[] = []
    const handle = startTries({ arm: { kind: 'attached', id: driver.id }, stepsPerEpisode: 10, tries }, (report) =>
      reports.push(report),
    )
    expect(await handle.result).toEqual({ triesDone: 2, problem: null })
    const made = reports.filter((report) => report.type === 'try')
    expect(made.map((report) => report.episode.steps)).toEqual([10, 10])
    for (const { episode } of made) {
      expect(episode.endReason).toBe('step-limit')
      if (!('distance' in episode)) throw new Error('a try for a goal has no distances')
      expect(episode.startErrorRad).toBeLessThan(armModel().supervisor.homeTolerance)
      expect(episode.closestM).toBeLessThan(episode.distance[0] ?? 0)
    }
    expect(robot.stats().moves).toBeGreaterThan(0)
    expect(robot.stats().reflexes).toBe(0)
  })

  test('end where the arm is when they are ended on the way home', async () => {
    const { driver } = await armedArm()
    goHome(driver)
    moveAway(driver)
    const policyPath = join(stationFolder(), 'policies', 'A')
    const tries = [{ id: '1', goal: GOALS[0] as Goal, policyPath, seed: 0 }]
    const handle = startTries({ arm: { kind: 'attached', id: driver.id }, stepsPerEpisode: 10, tries }, () => undefined)
    await until(() => driver.state().activity === 'homing')
    handle.stopAfterTry()
    expect(await handle.result).toEqual({ triesDone: 0, problem: null })
    const { q, activity, armed, stop } = driver.state()
    expect({ activity, armed, stop }).toEqual({ activity: 'none', armed: true, stop: null })
    expect(Math.abs((q[0] ?? NaN) - (armModel().home[0] ?? NaN))).toBeGreaterThan(0.1)
  })

  test('end at once with the cause when the arm is stopped', async () => {
    const { driver } = await armedArm()
    const policyPath = join(stationFolder(), 'policies', 'A')
    const tries = [1, 2, 3].map((i) => ({ id: String(i), goal: GOALS[0] as Goal, policyPath, seed: 0 }))
    const made: EvaluationReport[] = []
    const handle = startTries({ arm: { kind: 'attached', id: driver.id }, stepsPerEpisode: 1000, tries }, (report) => {
      if (report.type === 'try') made.push(report)
      if (report.type === 'step' && report.step >= 5) driver.stop('operator-stop', 'STOP was pressed.')
    })
    const { triesDone, problem } = await handle.result
    expect(problem?.code).toBe('operator-stop')
    expect(triesDone).toBe(1)
    expect(made).toMatchObject([{ type: 'try', episode: { endReason: 'operator-stop' } }])
  })
})
