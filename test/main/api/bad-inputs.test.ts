import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Problem } from '../../../src/contract/problem.ts'
import { errorProblem } from '../../../src/main/api/error-problem.ts'
import { apiRouter } from '../../../src/main/api/router.ts'
import { StationUnderTest } from './station-under-test.ts'

interface Procedure {
  _def: { type: string; inputs: { toJSONSchema?: unknown }[] }
}
type Call = (input: unknown) => Promise<unknown>

let under: StationUnderTest
beforeAll(async () => {
  under = await StationUnderTest.open()
})
afterAll(() => under.close())

const procedures = Object.entries(apiRouter._def.procedures as unknown as Record<string, Procedure>)
/** STOP takes everything. */
const withInput = procedures.filter(([name, { _def }]) => _def.inputs.length > 0 && name !== 'robot.stop')

/** Values that a broken window or a hand-made request could send. */
const BAD: unknown[] = [
  ...[null, 7, -1, 0.5, NaN, '', 'x', '\0', true, [], {}, [null], 1e308, '__proto__'],
  ...[null, 7, '', '\0', '/nowhere/at/all', 'x'.repeat(5000), {}].map((value) => ({
    ...{ id: value, path: value, dataset: value, policy: value, episode: value, episodes: value, name: value },
    ...{ speed: value, host: value, port: value, world: value, explorer: value, learner: value, goal: value },
  })),
]

async function problemFor(name: string, input: unknown): Promise<Problem | null> {
  const caller = apiRouter.createCaller({ services: under.station.services, backlog: () => 0 })
  const call = name.split('.').reduce((at, key) => (at as Record<string, unknown>)[key], caller as unknown) as Call
  try {
    await call(input)
    return null
  } catch (error) {
    return errorProblem((error as { cause?: unknown }).cause ?? error)
  }
}

test.each(withInput.map(([name]) => name))('%s answers bad inputs in words', async (name) => {
  for (const input of BAD) {
    const problem = await problemFor(name, input)
    if (problem === null) continue
    const shown = JSON.stringify(input).slice(0, 80)
    expect(problem.code, `${shown}: ${problem.details}`).not.toBe('bug')
    expect(problem.message, shown).not.toMatch(/undefined|\[object|\n {4}at |^\W*$/)
    expect(problem.message.length, problem.message).toBeLessThan(2000)
    expect(problem.tip, shown).not.toBe('')
  }
})
