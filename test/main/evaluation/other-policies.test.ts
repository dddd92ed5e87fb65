import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { EvaluationProgress, EvaluationStart } from '../../../src/contract/evaluation.ts'
import type { PolicySheet } from '../../../src/contract/policy.ts'
import { Evaluation } from '../../../src/main/evaluation/evaluation.ts'
import { GoalBook } from '../../../src/main/evaluation/goals.ts'
import { armLimits } from '../../../src/main/platform/arm-model.ts'
import { Watched } from '../../../src/main/platform/watched.ts'
import { writePolicy } from '../../../src/main/policy/policy-folder.ts'
import { PolicyStore } from '../../../src/main/policy/policy-store.ts'
import { startTries } from '../../../src/main/workers/evaluation-thread.ts'
import { worldSpec } from '../../../src/main/world/open-world.ts'
import { refusalCode, temporaryFolder } from '../dataset/synthetic.ts'
import { policySheet } from '../policy/synthetic-policy.ts'

/** A policy that asks for the same action always, with the sizes of the world that it is said to come from. */
function write(home: string, id: string, world: 'panda' | 'Hopper-v1', changes: Partial<PolicySheet>): string {
  const { observation, action } = worldSpec({ world, options: {}, robot: 'in-process' })
  const [inputs, outputs] = [observation.length, action.length]
  const weight = new Float32Array(inputs * outputs)
  const bias = new Float32Array(outputs).fill(0.3)
  const parts = { networks: { actor: [{ inputs, outputs, activation: 'tanh' as const, weight, bias }] }, sampler: null }
  const base = policySheet(parts)
  const dataset = base.dataset && { ...base.dataset, world, ...changes.dataset }
  const folder = join(home, 'policies', id)
  writePolicy(folder, { ...base, id, observation, action, ...changes, dataset, updates: 7 }, parts)
  return folder
}

function open(home: string): Evaluation {
  const policies = new PolicyStore(join(home, 'policies'))
  const evaluation = new Evaluation({
    home,
    goals: new GoalBook(home, armLimits().box),
    policies: () => policies.list(),
    jobs: new Watched([]),
    learners: [{ name: 'td3', label: 'TD3' }],
    holdArm: () => {
      throw new Error('no arm is asked for here')
    },
    startTries,
  })
  onTestFinished(() => evaluation.close())
  return evaluation
}

const start = (policy: string, world: EvaluationStart['world'], triesPerGoal = 2): EvaluationStart => ({
  learner: '',
  explorer: '',
  policy,
  world,
  triesPerGoal,
  seed: 3,
  workspaceClear: false,
})

/** Makes the tries and waits for their end. */
function tried(evaluation: Evaluation, order: EvaluationStart): Promise<EvaluationProgress> {
  return new Promise((resolve) => {
    const off = evaluation.progress.onChange(() => {
      const progress = evaluation.progress.current()
      if (progress.state !== 'done' && progress.state !== 'failed') return
      off()
      resolve(progress)
    })
    evaluation.start(order)
  })
}

test('policies without a place in Table 1 are listed, tried in their own tasks, and keep their tries', async () => {
  const home = temporaryFolder()
  const expression = write(home, 'expression', 'panda', { task: { kind: 'expression', expression: '1' }, createdAt: 4 })
  const hopper = write(home, 'hopper', 'Hopper-v1', { task: { kind: 'env' }, createdAt: 3 })
  const counted = write(home, 'counted', 'Hopper-v1', { task: { kind: 'expression', expression: '2' }, createdAt: 2 })
  const point = write(home, 'point', 'panda', { task: { kind: 'reach', goal: [0.4, -0.1, 0.4] }, createdAt: 1 })
  write(home, 'in-the-table', 'panda', { task: { kind: 'reach-any' } })
  write(home, 'silent', 'panda', { task: null })
  const evaluation = open(home)
  const others = () => evaluation.others.current()
  expect(others().map(({ id, state }) => [id, state])).toEqual(
    ['expression', 'hopper', 'counted', 'point'].map((id) => [id, 'trained']),
  )
  const one = (path: string) => {
    const found = others().find((each) => each.path === path)
    if (!found) throw new Error(`${path} is not listed`)
    return found
  }

  // An expression of 1 a step earns the number of the steps.
  const end = await tried(evaluation, start(expression, 'panda'))
  expect(end).toMatchObject({ state: 'done', triesDone: 2, triesTotal: 2, policy: expression, explorer: '', goal: '' })
  expect(one(expression).tries.map((each) => each.return)).toEqual(one(expression).tries.map(({ steps }) => steps))
  expect(one(expression)).toMatchObject({ state: 'done', closestM: null, finalM: null })

  await tried(evaluation, start(hopper, 'Hopper-v1', 3))
  const returns = one(hopper).tries.map((each) => each.return)
  expect(returns).toHaveLength(3)
  // Every episode begins at a start of its own, and the same seed gives the same three.
  expect(new Set(returns).size).toBe(3)
  const mean = returns.reduce((sum, value) => sum + value, 0) / 3
  expect(one(hopper).returnMean).toBeCloseTo(mean, 9)
  expect(one(hopper).tries.every(({ endReason }) => endReason === 'terminal')).toBe(true)
  await tried(evaluation, start(counted, 'Hopper-v1', 1))
  expect(one(counted).returnMean).toBe(2 * (one(counted).tries[0]?.steps ?? NaN))

  await tried(evaluation, start(point, 'panda', 1))
  const [reached] = one(point).tries
  if (!reached || !('closestM' in reached)) throw new Error('a try towards a point has its distance')
  expect(reached.goalPosition).toEqual([0.4, -0.1, 0.4])
  expect(one(point)).toMatchObject({ closestM: reached.closestM, finalM: reached.finalM })

  const [columns, ...lines] = evaluation
    .exportOthersCsv()
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/))
  expect(lines).toHaveLength(2 + 3 + 1 + 1)
  expect(lines.map((line) => line.length)).toEqual(lines.map(() => columns!.length))
  const field = (line: string[] | undefined, name: string): string | undefined => line?.[columns!.indexOf(name)]
  const ofTwo = lines.find((line) => field(line, 'task') === 'expression:2')
  expect(Number(field(ofTwo, 'return'))).toBe(one(counted).tries[0]?.return)
  expect(field(ofTwo, 'closest_m')).toBe('')
  expect(field(lines.at(-1), 'final_m')).toBe(String(reached.finalM))

  const before = others()
  await evaluation.close()
  expect(open(home).others.current()).toEqual(before)
})

test('a policy is refused in another world, without a task, and when it is not there', () => {
  const home = temporaryFolder()
  const hopper = write(home, 'hopper', 'Hopper-v1', { task: { kind: 'env' } })
  const silent = write(home, 'silent', 'panda', { task: null })
  const evaluation = open(home)
  const code = (order: EvaluationStart) => refusalCode(() => evaluation.start(order))
  expect(code(start(hopper, 'panda'))).toBe('policy-unfit')
  expect(code(start(hopper, 'HalfCheetah-v1'))).toBe('policy-unfit')
  expect(code(start(silent, 'panda'))).toBe('goal-unknown')
  expect(code(start(join(home, 'policies', 'gone'), 'panda'))).toBe('policy-missing')
  expect(evaluation.progress.current().state).toBe('none')
})
