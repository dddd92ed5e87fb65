import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CurveLog } from '../../../src/main/learner/curve-log.ts'
import { CurveWindow } from '../../../src/main/learner/curve-window.ts'
import { UpdateRate } from '../../../src/main/learner/update-rate.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'

const point = (update: number) => ({
  update,
  time: update / 10,
  criticLoss: 1,
  actorLoss: 2,
  meanQ: -3,
  saturated: 0.5,
  closestM: null,
  episodeReturn: null,
})

describe('the curve file', () => {
  test('survives a torn last line and forgets what a resume makes again', () => {
    const folder = temporaryFolder()
    const log = new CurveLog(folder)
    expect(log.read()).toEqual([])
    log.append([point(100), point(200)])
    log.append([point(300)])
    appendFileSync(join(folder, 'curve.jsonl'), '{"update":400,"time":40,"crit')
    expect(new CurveLog(folder).read().map((each) => each.update)).toEqual([100, 200, 300])
    expect(log.truncateAfter(200).map((each) => each.update)).toEqual([100, 200])
    log.append([point(250)])
    expect(new CurveLog(folder).read().map((each) => each.update)).toEqual([100, 200, 250])
  })
})

describe('curve points', () => {
  test('are weighted means over equal widths, and pass over what a row did not compute', () => {
    const window = new CurveWindow(1000, 0)
    expect(window.add([10, 1, 5, NaN, 1, NaN])).toBeNull()
    expect(window.add([40, 4, 1, 7, 2, 0.5])).toBeNull()
    const full = window.add([50, 5, 3, 9, 0, 0.25])
    expect(full).toMatchObject({ update: 50, time: 5, closestM: null })
    expect(full?.criticLoss).toBeCloseTo((10 * 5 + 30 * 1 + 10 * 3) / 50)
    expect(full?.actorLoss).toBeCloseTo((30 * 7 + 10 * 9) / 40)
    expect(full?.saturated).toBeCloseTo((30 * 0.5 + 10 * 0.25) / 40)
    expect(window.flush()).toBeNull()
  })

  test('are at most a thousand', () => {
    const window = new CurveWindow(300_000, 0)
    let points = 0
    for (let update = 10; update <= 300_000; update += 10) if (window.add([update, 0, 1, 1, 1, 0])) points++
    expect(points).toBe(1000)
  })
})

describe('the update rate', () => {
  test('leaves the pauses between chunks out', () => {
    const rate = new UpdateRate()
    rate.resume(0)
    rate.add(100, 100)
    expect(rate.perSecond()).toBeNull()
    rate.add(1000, 1000)
    rate.pause(1000)
    rate.resume(61_000)
    rate.add(61_500, 1500)
    expect(rate.perSecond()).toBeCloseTo(1000)
  })
})
