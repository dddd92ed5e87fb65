import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { problemOf } from '../../../src/contract/problem.ts'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { loadReplay } from '../../../src/main/learner/load-replay.ts'
import { parseTask } from '../../../src/main/learner/task.ts'
import { armLimits } from '../../../src/main/platform/arm-model.ts'
import { readSheet } from '../../../src/main/policy/policy-folder.ts'
import { episodeRewarder } from '../../../src/main/task/episode-rewarder.ts'
import { taskSignals } from '../../../src/main/task/task-signals.ts'
import { runCli } from '../verbs/run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'forager-expression-'))
const arm = join(folder, 'arm.forager')
const hopper = join(folder, 'hopper.forager')
const seams = { loaded: () => undefined, stopRequested: () => false }

async function json(args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await runCli(...args, '--json')
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as Record<string, unknown>
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => '',
    (error: unknown) => problemOf(error).code,
  )
}

beforeAll(async () => {
  const common = ['--explorer', 'random', '--seed', '3', '--transitions', '400']
  await json(['collect', '--world', 'panda', ...common, '--dataset', arm])
  await json(['collect', '--world', 'Hopper-v1', ...common, '--dataset', hopper])
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function rewardsOf(path: string, expression: string): { rewards: Float32Array; reader: DatasetReader } {
  const reader = new DatasetReader(path)
  const data = { sheet: reader.sheet, path, hasTooltip: reader.tooltipBox() !== null }
  const episode = reader.trainingEpisode(reader.episodeNumbers()[0]!)
  return { rewards: episodeRewarder({ kind: 'expression', expression }, data)(episode), reader }
}

describe('a task defined after the data', () => {
  it('rewards the state that a step led to and the action that led there', () => {
    const { rewards, reader } = rewardsOf(arm, 'tip.x + 10 * q2 + 100 * dq7 + 1000 * a3 + 10000 * sent4 + t')
    const { observations: o, tooltip, policyActions: a, sentActions: sent } = reader.trainingEpisode(1)
    for (const t of [0, 7, rewards.length - 1]) {
      const q = 14 * (t + 1)
      const asked = Math.min(1, Math.max(-1, a[7 * t + 2]!))
      const expected =
        tooltip[3 * t + 3]! +
        10 * o[q + 1]! +
        100 * o[q + 13]! +
        1000 * asked +
        10000 * sent[7 * t + 3]! +
        0.05 * (t + 1)
      expect(rewards[t]).toBeCloseTo(expected, 1)
    }
    reader.close()
  })

  it('written as a distance is the reach task, to the last bit that a float has', () => {
    const { rewards, reader } = rewardsOf(arm, '-norm(tip.x - 0.4, tip.y - 0.2, tip.z - 0.5)')
    const reach = episodeRewarder(
      { kind: 'reach', goal: [0.4, 0.2, 0.5] },
      { sheet: reader.sheet, path: arm, hasTooltip: true },
    )(reader.trainingEpisode(1))
    expect(rewards.length).toBe(reach.length)
    for (let t = 0; t < rewards.length; t++) expect(rewards[t]).toBeCloseTo(reach[t]!, 6)
    reader.close()
  })

  it("knows a world's observations by their names and its own reward", () => {
    const { rewards, reader } = rewardsOf(hopper, 'reward')
    expect([...rewards]).toEqual([...reader.trainingEpisode(1).rewards])
    const names = taskSignals(reader.sheet, false).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['pitch', 'dx', 'a1', 'sent3', 't', 'reward']))
    expect(names).not.toContain('tip.x')
    expect(new Set(names).size).toBe(names.length)
    reader.close()
  })

  it('is refused before anything is trained, where it has no number or no signal', async () => {
    const load = (path: string, expression: string) => loadReplay([path], { kind: 'expression', expression }, seams)
    expect(await codeOf(load(arm, '1 / (tip.x - tip.x)'))).toBe('reward-not-finite')
    expect(await codeOf(load(arm, 'sqrt(-1 - square(q1))'))).toBe('reward-not-finite')
    expect(await codeOf(load(arm, 'exp(1000)'))).toBe('reward-not-finite')
    expect(await codeOf(load(arm, 'pitch'))).toBe('expression-unreadable')
    expect(await codeOf(load(hopper, 'tip.x'))).toBe('expression-unreadable')
    expect((await load(arm, 'tip.x'))?.replay).toBeDefined()
  })

  it('comes from the command line or a file', () => {
    const { box } = armLimits()
    expect(parseTask('expression: -abs(tip.z - 0.4)', box)).toEqual({
      kind: 'expression',
      expression: '-abs(tip.z - 0.4)',
    })
    const file = join(folder, 'low.json')
    writeFileSync(file, '{"kind": "expression", "expression": "-abs(tip.z - 0.4)"}')
    expect(parseTask(file, box)).toEqual({ kind: 'expression', expression: '-abs(tip.z - 0.4)' })
    expect(() => parseTask('expression:', box)).toThrow(/Write an expression/)
    writeFileSync(file, '{"kind": "expression"}')
    expect(() => parseTask(file, box)).toThrow(/does not hold a task/)
  })

  it('is trained, kept in the policy and evaluated under its own reward, on the arm and in a world', async () => {
    const file = join(folder, 'task.json')
    writeFileSync(file, JSON.stringify({ kind: 'expression', expression: '1 + 0 * tip.x' }))
    const onArm = join(folder, 'on-arm')
    await json(['train', '--dataset', arm, '--task', file, '--learner', 'td3', '--updates', '20', '--policy', onArm])
    expect(readSheet(onArm).task).toEqual({ kind: 'expression', expression: '1 + 0 * tip.x' })
    const tried = await json(['evaluate', '--policy', onArm, '--world', 'panda'])
    const [first] = tried['episodes'] as { length: number; return: number; closest_m: number | null }[]
    expect(first?.return).toBe(first?.length)
    expect(tried['closest_m_mean']).toBeNull()

    const inWorld = join(folder, 'in-world')
    const task = 'expression:reward > -1e9 ? 2 : 0'
    await json([
      'train',
      '--dataset',
      hopper,
      '--task',
      task,
      '--learner',
      'bcq',
      '--updates',
      '5',
      '--policy',
      inWorld,
    ])
    const hopped = await json(['evaluate', '--policy', inWorld, '--world', 'Hopper-v1'])
    const [hop] = hopped['episodes'] as { length: number; return: number }[]
    expect(hop?.return).toBe(2 * (hop?.length ?? NaN))
  }, 120_000)
})
