import { describe, expect, test } from 'vitest'
import type { EvaluationProgress, GridCell, TryResult } from '../../../src/contract/evaluation.ts'
import { evaluationGridSchema } from '../../../src/contract/evaluation.ts'
import type { Job } from '../../../src/contract/learner.ts'
import type { PolicySummary } from '../../../src/contract/policy.ts'
import type { Goal } from '../../../src/contract/task.ts'
import { table1Csv } from '../../../src/main/evaluation/table1-csv.ts'
import { table1Svg } from '../../../src/main/evaluation/table1-figure.ts'
import { buildGrid, eligiblePolicies } from '../../../src/main/evaluation/table1.ts'
import type { GridInput } from '../../../src/main/evaluation/table1.ts'
import type { TryRecord } from '../../../src/main/evaluation/try-store.ts'

const A: Goal = { name: 'A', position: [0.45, 0.25, 0.3] }
const B: Goal = { name: 'B', position: [0.6, -0.28, 0.22] }
const IDLE = {
  state: 'none',
  learner: '',
  explorer: '',
  policy: '',
  goal: '',
  tryNumber: 0,
  triesDone: 0,
  triesTotal: 0,
}

function policy(
  id: string,
  goal: Goal,
  changes: { learner?: string; explorer?: string; updates?: number; createdAt?: number } = {},
) {
  const { learner = 'td3', explorer = 'random', updates = 100, createdAt = 1 } = changes
  const sheet = { id, learner, updates, createdAt, task: { kind: 'reach', goal: goal.position }, dataset: { explorer } }
  return { path: `/policies/${id}`, sheet } as unknown as PolicySummary
}

function tryOf(
  id: string,
  goal: Goal,
  closestM: number,
  changes: Partial<TryResult> = {},
  policyUpdates = 100,
): TryRecord {
  const result: TryResult = {
    id: `${id} ${closestM}`,
    goal: goal.name,
    goalPosition: goal.position,
    policyPath: `/policies/${id}`,
    world: 'panda',
    steps: 1000,
    return: -closestM * 1000,
    endReason: 'step-limit',
    closestM,
    closestAtS: 1,
    closestPoint: [0, 0, 0],
    finalM: closestM + 0.1,
    startErrorRad: 0.001,
    at: 1,
    ...changes,
  }
  return { result, policyUpdates }
}

function grid(changes: Partial<GridInput>) {
  const input: GridInput = {
    goals: [A, B],
    learners: [
      { name: 'td3', label: 'TD3' },
      { name: 'iql', label: 'IQL' },
    ],
    policies: [],
    jobs: [],
    tries: [],
    progress: IDLE as unknown as EvaluationProgress,
    triesPerGoal: 3,
    ...changes,
  }
  return evaluationGridSchema.parse(buildGrid(input))
}

function cell(changes: Partial<GridInput>, learner = 'td3', explorer = 'random'): GridCell {
  const found = grid(changes).cells.find((each) => each.learner === learner && each.explorer === explorer)
  if (!found) throw new Error('no such cell')
  return found
}

const job = (goal: Goal, state: Job['state'], id = 'j') =>
  ({ id, learner: 'td3', explorer: 'random', task: { kind: 'reach', goal: goal.position }, state }) as unknown as Job

describe('Table 1', () => {
  test('has the rows and columns of the paper with its values, and the newer learners below', () => {
    const whole = grid({})
    expect(whole.learners.map((each) => [each.label, each.group])).toEqual([
      ['TD3', '2019 paper'],
      ['BCQ', '2019 paper'],
      ['IQL', 'newer'],
    ])
    expect(whole.explorers.map((each) => each.label)).toEqual(['Rand', 'DIAYN', 'RND', 'SSE'])
    expect(whole.cells.map((each) => each.paperM)).toEqual([
      0.46,
      0.51,
      0.49,
      0.3,
      0.47,
      0.3,
      0.52,
      0.44,
      null,
      null,
      null,
      null,
    ])
    for (const each of whole.cells) expect(each).toMatchObject({ state: 'not-trained', meanClosestM: null })
  })

  test('says what is missing and for which goals', () => {
    expect(cell({}).note).toBe('train goals A, B')
    expect(cell({ policies: [policy('a', A)] })).toMatchObject({
      state: 'not-trained',
      note: 'train goal B',
    })
    expect(cell({}, 'bcq').note).toBe('BCQ is not built into this version')
    const going = { policies: [policy('a', A)], jobs: [job(B, 'running')] }
    expect(cell(going)).toMatchObject({ state: 'training', note: 'training for goal B' })
    expect(cell({ jobs: [job(B, 'waiting')] }).note).toBe('training for goal B; train goal A')
    expect(cell({ jobs: [job(B, 'stopped')] }).state).toBe('not-trained')
    expect(cell({ policies: [policy('a', A), policy('b', B)] })).toMatchObject({
      state: 'trained',
      note: '6 tries, about 6 min on the arm',
    })
  })

  test('takes the policy with most updates, then the newest, of that very goal', () => {
    const near: Goal = { name: 'A', position: [0.4502, 0.25, 0.3] }
    const policies = [
      policy('old', A, { updates: 200, createdAt: 1 }),
      policy('new', near, { updates: 200, createdAt: 2 }),
      policy('short', A, { updates: 100, createdAt: 9 }),
      policy('other', { name: 'A', position: [0.46, 0.25, 0.3] }, { updates: 900 }),
      policy('rnd', A, { updates: 900, explorer: 'rnd' }),
    ]
    expect(cell({ policies }).goals.map((goal) => goal.policyPath)).toEqual(['/policies/new', null])
  })

  test('leaves out policies that are untrained or in training', () => {
    const policies = [policy('zero', A, { updates: 0 }), policy('j', A), policy('k', B)]
    expect(eligiblePolicies(policies, [job(A, 'running', 'j')]).map((each) => each.sheet.id)).toEqual(['k'])
  })

  test('averages over goals, each goal over its tries', () => {
    const policies = [policy('a', A), policy('b', B)]
    const tries = [
      tryOf('a', A, 0.1),
      tryOf('a', A, 0.3),
      tryOf('a', A, 0.2),
      tryOf('b', B, 0.6, { endReason: 'safety-limit' }),
    ]
    const done = cell({ policies, tries })
    expect(done).toMatchObject({ state: 'done', note: '4 tries in simulation, 1 ended early' })
    expect(done.meanClosestM).toBeCloseTo(0.4)
    expect(done.meanFinalM).toBeCloseTo(0.5)
    expect(done.goals[0]?.closestM).toBeCloseTo(0.2)
  })

  test('counts no try of another policy, of fewer updates, or of another world', () => {
    const policies = [policy('a', A), policy('b', B)]
    const some = cell({ policies, tries: [tryOf('a', A, 0.1), tryOf('z', B, 0.2), tryOf('b', B, 0.2, {}, 50)] })
    expect(some).toMatchObject({ state: 'trained', meanClosestM: null })
    expect(some.note).toBe('1 try done, goal B not tried; 6 tries, about 6 min on the arm')
    const arm = { world: 'panda-fci' as const }
    const both = [tryOf('a', A, 0.1), tryOf('b', B, 0.1), tryOf('a', A, 0.5, arm), tryOf('b', B, 0.5, arm)]
    expect(cell({ policies, tries: both })).toMatchObject({ meanClosestM: 0.5, note: '2 tries on the arm' })
  })

  test('shows the running cell', () => {
    const progress = {
      ...IDLE, state: 'running', learner: 'td3', explorer: 'random', goal: 'B', tryNumber: 2, triesDone: 3, triesTotal: 6,
    } as unknown as EvaluationProgress // prettier-ignore
    const policies = [policy('a', A), policy('b', B)]
    expect(cell({ policies, progress })).toMatchObject({
      state: 'running',
      note: 'goal B, try 2 of 3; 3 of 6 tries done',
    })
    expect(cell({ policies, progress }, 'iql').state).toBe('not-trained')
  })
})

describe('exports of Table 1', () => {
  const policies = [policy('a', A), policy('b', B)]
  const tries = [tryOf('a', A, 0.125, { policyPath: '/policies/a' }), tryOf('b', B, 0.375)]

  test('CSV has a row for each try, and one for each empty cell', () => {
    const lines = table1Csv(grid({ policies, tries })).trimEnd().split('\r\n')
    expect(lines).toHaveLength(1 + 2 + 11)
    const [head = '', first = ''] = lines
    const columns = head.split(',')
    for (const line of lines) expect(line.split(',')).toHaveLength(columns.length)
    const value = (name: string): string | undefined => first.split(',')[columns.indexOf(name)]
    expect(value('closest_m')).toBe('0.125')
    expect(value('goal_x_m')).toBe('0.45')
    expect(value('paper_m')).toBe('0.46')
    expect(value('cell_mean_closest_m')).toBe('0.25')
    expect(value('at')).toBe('1970-01-01T00:00:00.001Z')
  })

  test('SVG draws each measured value at its place, with title and unit', () => {
    const svg = table1Svg(grid({ policies, tries, goals: [{ ...A, name: 'A<' }, B] }))
    expect(svg).toContain('Closest tool-tip distance to the goal, m')
    expect(svg).toContain('A&lt;')
    expect(svg).not.toContain('A<,')
    expect(svg).toContain('0.8 m')
    // Strip of 162 px from x = 148, 0 to 0.8 m.
    const dots = [...svg.matchAll(/<circle cx="([\d.]+)"/g)].map((match) => Number(match[1]))
    expect(dots).toEqual([148 + (162 * 0.125) / 0.8, 148 + (162 * 0.375) / 0.8].map((x) => Math.round(x * 100) / 100))
    expect(svg).toContain('>0.25</text>')
    expect(svg).toContain('paper 0.46')
    expect(svg.match(/Not trained/g)).toHaveLength(11)
  })
})
