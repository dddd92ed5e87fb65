import { expect, test } from 'vitest'
import { bench } from '../../../src/main/verbs/bench.ts'

/** Of the usual time: a steady figure is not what is looked at here. */
const PATIENCE = 0.1

test.each([
  ['fma-peak', ['fma-peak-1-thread', 'fma-peak'], 'GFLOP/s'],
  ['gemm', ['gemm-1-thread', 'gemm'], 'GFLOP/s'],
  ['act', ['act'], 'us'],
  ['replay-sample', ['replay-sample'], 'transitions/s'],
  ['collect-halfcheetah', ['collect-halfcheetah'], 'steps/s'],
  ['coverage', ['coverage'], 'transitions/s'],
  ['write-realtime', ['write-realtime'], 'steps/s'],
  ['write-episodes', ['write-episodes'], 'MB/s'],
  ['explore-rnd', ['explore-rnd'], 'steps/s'],
  ['explore-diayn', ['explore-diayn'], 'steps/s'],
  ['explore-sse', ['explore-sse'], 'steps/s'],
  ['explore-icm', ['explore-icm'], 'steps/s'],
  ['explore-disagreement', ['explore-disagreement'], 'steps/s'],
  ['explore-apt', ['explore-apt'], 'steps/s'],
])('%s measures a positive rate in its unit', async (only, names, unit) => {
  const { results } = await bench({ only, patience: PATIENCE })
  expect(results.map((row) => row.name)).toEqual(names)
  for (const row of results) {
    expect(row.unit).toBe(unit)
    expect(row.value).toBeGreaterThan(0)
    const nearness = (limit: number) => (row.unit === 'us' ? limit / row.value : row.value / limit)
    expect(row.fraction).toBe(row.limit === null ? null : nearness(row.limit))
  }
})

test('an unknown figure is refused and the known ones are named', async () => {
  await expect(bench({ only: 'horses' })).rejects.toMatchObject({
    problem: { code: 'unknown-bench', message: 'There is no figure "horses".' },
  })
  await expect(bench({ only: 'horses' })).rejects.toMatchObject({ problem: { tip: expect.stringContaining('td3') } })
})
