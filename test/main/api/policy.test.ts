import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readPolicy, writePolicy } from '../../../src/main/policy/policy-folder.ts'
import { bcqParts, policySheet } from '../policy/synthetic-policy.ts'
import { problemOfCall, StationUnderTest } from './station-under-test.ts'
import type { TestWindow } from './station-under-test.ts'

describe('the policies of a station', () => {
  let station: StationUnderTest
  let window: TestWindow
  let folder: string

  beforeAll(async () => {
    station = await StationUnderTest.open()
    window = await station.openWindow()
    folder = join(station.home, 'policies', 'mine')
    const [goal] = await window.api.evaluation.goals.query()
    const task = { kind: 'reach' as const, goal: goal?.position ?? [0, 0, 0] }
    writePolicy(folder, policySheet(bcqParts(), { id: 'mine', task }), bcqParts())
  })

  afterAll(() => station.close())

  const out = (name: string): string => join(station.home, 'exports', name)

  test.each(['onnx', 'tfjs'] as const)(
    'go out as %s and come back under a free name, at once in the list',
    async (format) => {
      await window.api.policy.export.mutate({ path: folder, format, out: out(`mine.${format}`) })
      const first = await window.api.policy.import.mutate({ path: out(`mine.${format}`) })
      const second = await window.api.policy.import.mutate({ path: out(`mine.${format}`) })
      expect(readPolicy(second.path).parts).toEqual(bcqParts())
      const paths = (await window.api.policy.list.query()).map((policy) => policy.path)
      expect(paths).toEqual(expect.arrayContaining([folder, first.path, second.path]))
      expect(new Set(paths).size).toBe(paths.length)
    },
  )

  test('a copy does not take the place of the policy in Table 1', async () => {
    await window.api.policy.export.mutate({ path: folder, format: 'onnx', out: out('copy.onnx') })
    await window.api.policy.import.mutate({ path: out('copy.onnx') })
    const { cells } = station.station.services.evaluation.grid.current()
    const cell = cells.find(({ learner, explorer }) => learner === 'bcq' && explorer === 'random')
    expect(cell?.goals.map(({ policyPath }) => policyPath)).toContain(folder)
  })

  test('are refused what would touch anything else', async () => {
    const call = (path: string, target: string) =>
      window.api.policy.export.mutate({ path, format: 'onnx', out: target })
    const before = readdirSync(station.home)
    expect(await problemOfCall(call(station.home, out('a.onnx')))).toMatchObject({ code: 'policy-missing' })
    expect(await problemOfCall(call(folder, 'a.onnx'))).toMatchObject({ code: 'path-not-whole' })
    expect(await problemOfCall(call(folder, join(folder, 'policy.json')))).toMatchObject({ code: 'target-exists' })
    expect(await problemOfCall(window.api.policy.import.mutate({ path: 'a.onnx' }))).toMatchObject({
      code: 'path-not-whole',
    })
    expect(await problemOfCall(window.api.policy.import.mutate({ path: out('none.onnx') }))).toMatchObject({
      code: 'import-missing',
    })
    expect(readdirSync(station.home)).toEqual(before)
    expect(existsSync(out('a.onnx'))).toBe(false)
  })
})
