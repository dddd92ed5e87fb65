import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { updatesOf } from '../../../src/contract/experiment.ts'
import { defaultGoals } from '../../../src/main/evaluation/goals.ts'
import { makePlan } from '../../../src/main/experiment/make-plan.ts'
import type { ExperimentChoices } from '../../../src/main/experiment/make-plan.ts'
import { beginPlan, readPlan } from '../../../src/main/experiment/plan-file.ts'
import { PUBLISHED, scaledCounts } from '../../../src/main/experiment/published-counts.ts'
import { armLimits } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'

const SURROUNDINGS = { explorers: native.describeExplorers(), box: armLimits().box, appVersion: '0' }

function plan(changes: Partial<ExperimentChoices> = {}) {
  const choices: ExperimentChoices = {
    experiment: 'table1',
    scale: 0.01,
    seeds: 2,
    modes: [],
    worlds: [],
    explorers: ['random', 'rnd'],
    learners: [],
    goals: defaultGoals(),
    ...changes,
  }
  return makePlan(choices, SURROUNDINGS)
}

describe('the plan', () => {
  test('collects once for all learners and goals of a seed', () => {
    const { jobs, counts } = plan()
    const of = (kind: string) => jobs.filter((job) => job.kind === kind)
    expect(of('collect').map(({ id }) => id)).toEqual([
      'collect-panda-random-paper-s0',
      'collect-panda-rnd-paper-s0',
      'collect-panda-random-paper-s1',
      'collect-panda-rnd-paper-s1',
    ])
    // 2 explorers, 2 learners, 4 goals, 2 seeds.
    expect(of('train')).toHaveLength(32)
    expect(of('evaluate')).toHaveLength(32)
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(jobs.length)
    for (const { kind, needs, seed, explorer } of of('train')) {
      expect(kind).toBe('train')
      expect(needs).toEqual([`collect-panda-${explorer}-paper-s${seed}`])
    }
    // Every job stands behind what it needs: one look from front to back finds what is ready.
    jobs.forEach(({ needs }, i) => {
      for (const need of needs) expect(jobs.findIndex(({ id }) => id === need)).toBeLessThan(i)
    })
    expect(counts).toEqual({ transitions: 2000, stepsPerEpisode: 1000, updates: 3000, evaluateEvery: 50, episodes: 1 })
  })

  test('has the published counts at full scale', () => {
    expect(scaledCounts(PUBLISHED.figure3.counts, 1)).toEqual({
      transitions: 1_000_000,
      stepsPerEpisode: 1000,
      updates: 300_000,
      evaluateEvery: 5000,
      episodes: 10,
    })
    expect(scaledCounts(PUBLISHED.table1.counts, 1).transitions).toBe(200_000)
    expect(scaledCounts(PUBLISHED.figure3.counts, 1e-9)).toMatchObject({ transitions: 1, updates: 1, episodes: 1 })
  })

  test('a learner at rest after fewer updates has its own count, and a warm-up shrinks with the collection', () => {
    const whole = plan({ scale: 1, learners: ['td3', 'rollout'] })
    expect([updatesOf(whole, 'td3'), updatesOf(whole, 'rollout')]).toEqual([300_000, 10_000])
    expect(whole.warmUps).toEqual({})
    const small = plan({ scale: 0.01, learners: ['td3', 'rollout'] })
    expect([updatesOf(small, 'td3'), updatesOf(small, 'rollout')]).toEqual([3000, 100])
    const own = SURROUNDINGS.explorers.find(({ name }) => name === 'rnd')!.settings.find(({ key }) => key === 'warmUp')!
    expect(small.warmUps).toEqual({ rnd: Math.max(1, Math.round(own.defaults.paper / 100)) })
    expect(small.warmUps['rnd']).toBeLessThan(small.counts.transitions)
  })

  test('refuses what there is not', () => {
    expect(() => plan({ explorers: ['random', 'nobody'] })).toThrow(/no explorer nobody/)
    expect(() => plan({ learners: ['nobody'] })).toThrow(/no learner "nobody"/)
    expect(() => plan({ worlds: ['Hopper-v1'] })).toThrow(/no world Hopper-v1/)
    expect(() => plan({ explorers: ['random', 'random'] })).toThrow(/given twice/)
    const far = [{ name: 'A', position: [3, 0, 0] as [number, number, number] }]
    expect(() => plan({ goals: far })).toThrow(/from the shoulder/)
  })
})

describe('the plan on disk', () => {
  test('goes on with the stored one when the same is asked for', () => {
    const folder = join(temporaryFolder(), 'experiment')
    const first = beginPlan(folder, plan())
    const second = beginPlan(folder, { ...plan(), createdAt: first.createdAt + 5 })
    expect(second).toEqual(first)
    expect(readPlan(folder)).toEqual(first)
  })

  test('refuses another experiment and foreign files, and leaves both as they are', () => {
    const folder = join(temporaryFolder(), 'experiment')
    beginPlan(folder, plan())
    const before = readFileSync(join(folder, 'plan.json'), 'utf8')
    expect(() => beginPlan(folder, plan({ seeds: 3 }))).toThrow(/with seeds \[0,1\]; now it is \[0,1,2\]/)
    expect(readFileSync(join(folder, 'plan.json'), 'utf8')).toBe(before)
    const foreign = temporaryFolder()
    writeFileSync(join(foreign, 'diary.txt'), 'mine')
    expect(() => beginPlan(foreign, plan())).toThrow(/holds other files/)
  })

  test.each([
    ['torn', (text: string) => text.slice(0, text.length / 2)],
    ['of a newer version', (text: string) => text.replace('"formatVersion": 1', '"formatVersion": 2')],
    ['with an id that leads out of the folder', (text: string) => text.replaceAll('collect-panda', '../collect-panda')],
    ['with a job that needs one that is not there', (text: string) => text.replace('"needs": []', '"needs": ["x"]')],
  ])('refuses a plan that is %s', (_what, spoil) => {
    const folder = join(temporaryFolder(), 'experiment')
    beginPlan(folder, plan())
    const path = join(folder, 'plan.json')
    writeFileSync(path, spoil(readFileSync(path, 'utf8')))
    expect(() => readPlan(folder)).toThrow(/is damaged, or no plan/)
  })
})
