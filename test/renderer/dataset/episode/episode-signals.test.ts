import { describe, expect, it } from 'vitest'
import { STEP_FLAG_BITS, StepFlag } from '../../../../src/contract/dataset.ts'
import type { EpisodeDetail } from '../../../../src/contract/dataset.ts'
import { pack } from '../../../../src/contract/packed.ts'
import { episodeCsv } from '../../../../src/renderer/dataset/episode/episode-csv.ts'
import { namedLinks } from '../../../../src/renderer/dataset/episode/episode-arm.tsx'
import { lateTimes, markedSpans, markTimes, nextMark } from '../../../../src/renderer/dataset/episode/episode-marks.ts'
import {
  columns,
  clippedShares,
  longestStep,
  readSignals,
  sentShare,
  stepAt,
} from '../../../../src/renderer/dataset/episode/episode-signals.ts'
import { flagRows } from '../../../../src/renderer/dataset/episode/flag-strip.tsx'
import { causesText, flagsOf } from '../../../../src/renderer/dataset/episode/flag-words.ts'
import { target } from '../../../../src/renderer/dataset/episode-table.tsx'

/** Six steps of a world with two observations and one action; the fourth step took 150 ms. */
const DETAIL: EpisodeDetail = {
  row: {
    episode: 7,
    steps: 6,
    endReason: 'step-limit',
    endMessage: '',
    startedAt: 0,
    slowedSteps: 2,
    clippedSteps: 2,
    lateTicks: 1,
    newCells: 0,
    concern: 0,
    outliers: [],
    speed: [],
    measures: null,
    taskReturn: null,
    excluded: false,
    kept: null,
    tags: [],
    note: '',
  },
  stepPeriodS: 0.05,
  observations: pack(Float32Array.from({ length: 14 }, (_, i) => i)),
  policyActions: pack(new Float32Array([0.5, 2, 0.5, 0.5, -1, 0])),
  sentActions: pack(new Float32Array([0.5, 1, 0.25, 0.5, -0.25, 0])),
  tooltip: pack(Float32Array.from({ length: 21 }, (_, i) => i / 10)),
  tickTimes: pack(new Float64Array([0, 0.05, 0.1, 0.15, 0.3, 0.35, 0.4])),
  flags: pack(
    new Uint32Array([0, StepFlag.clipped, StepFlag.slowed, StepFlag.late, StepFlag.slowed | StepFlag.clipped, 0]),
  ),
  observationSize: 2,
  actionSize: 1,
  actionScale: [0.5],
  stop: null,
}
const signals = readSignals(DETAIL)

describe('signals of an episode', () => {
  it('finds the step that holds at a time', () => {
    expect([0, 0.049, 0.05, 0.29, 0.3, 0.4, 9].map((time) => stepAt(signals, time))).toEqual([0, 0, 1, 3, 4, 6, 6])
  })

  it('takes columns of a row-major array', () => {
    expect([...columns(signals.observations, 2, 1, 1)]).toEqual([1, 3, 5, 7, 9, 11, 13])
  })

  it('measures the longest step by the recorded clock', () => {
    expect(longestStep(signals)).toBeCloseTo(0.15, 12)
  })

  it('measures slowing from the clip, and says nothing when nothing was asked', () => {
    expect(sentShare(signals, 1)).toBe(1)
    expect(sentShare(signals, 2)).toBe(0.5)
    expect(sentShare(signals, 4)).toBe(0.25)
    expect(sentShare(signals, 5)).toBeNull()
  })

  it('tells for each action in which share of the steps it was asked for beyond the clip', () => {
    // Of the one action only the 2 lies beyond; -1 is the clip itself.
    expect(clippedShares(signals)).toEqual([1 / 6])
    const two = { ...signals, actionSize: 2, steps: 3 }
    expect(clippedShares(two)).toEqual([0, 1 / 3])
  })
})

describe('marks of an episode', () => {
  it('are spans of one kind; slowed wins over clipped', () => {
    expect(markedSpans(signals)).toEqual([
      { kind: 'clipped', from: 0.05, to: 0.1 },
      { kind: 'slowed', from: 0.1, to: 0.15 },
      { kind: 'slowed', from: 0.3, to: 0.35 },
    ])
    expect(lateTimes(signals)).toEqual([0.15])
  })

  it('are jumped to in both directions, and not beyond the last', () => {
    const marks = markTimes(signals)
    expect(marks).toEqual([0.05, 0.1, 0.15, 0.3, 0.4])
    expect(nextMark(marks, 0.1, 1)).toBe(0.15)
    expect(nextMark(marks, 0.1, -1)).toBe(0.05)
    expect(nextMark(marks, 0.4, 1)).toBeNull()
    expect(nextMark(marks, 0, -1)).toBeNull()
  })
})

describe('CSV of an episode', () => {
  const sheet = {
    observation: [
      { name: 'q1', unit: 'rad' },
      { name: 'dq1', unit: 'rad/s' },
    ],
    action: [{ name: 'u1', unit: '1', scale: 0.5 }],
  }

  it('has one row a step, SI units in the head, and no action after the last', () => {
    const lines = episodeCsv(signals, sheet, 4, 6).trimEnd().split('\n')
    expect(lines).toEqual([
      'step,time_s,q1_rad,dq1_rad_per_s,asked_u1,sent_u1,tip_x_m,tip_y_m,tip_z_m,flags,flag_names',
      '4,0.3,8,9,-1,-0.25,1.20000005,1.29999995,1.39999998,3,clipped slowed',
      '5,0.35,10,11,0,0,1.5,1.60000002,1.70000005,0,',
      '6,0.4,12,13,,,1.79999995,1.89999998,2,,',
    ])
  })
})

describe('flags of the steps', () => {
  it('are named in words, and stand where they were set', () => {
    const flags = Uint32Array.of(StepFlag.singular, StepFlag.singular | StepFlag.nearWall, 0, StepFlag.singular, 2, 3)
    const rows = flagRows({ flags, times: signals.times, steps: 6 })
    expect(rows.map(({ name }) => name)).toEqual(['wall', 'singular'])
    expect(rows[1]?.spans).toEqual([
      [0, 0.1],
      [0.15, 0.3],
    ])
    expect(flagsOf(StepFlag.held | StepFlag.pointSpeed | StepFlag.late)).toEqual(['late', 'held', 'pointSpeed'])
    const every = Object.values(StepFlag).reduce((all, bit) => all | bit, 0)
    expect(flagsOf(every)).toHaveLength(STEP_FLAG_BITS)
    const counts = new Array<number>(STEP_FLAG_BITS).fill(0).with(9, 3).with(13, 40)
    expect(causesText(counts)).toBe('singular 40, wall 3')
  })
})

describe('what a stop names', () => {
  it('is found as links of the arm, the longer name first', () => {
    expect(namedLinks('The forearm and the hand are near each other')).toEqual([5, 8])
    expect(namedLinks('The shoulder joint is near the floor')).toEqual([2])
    expect(namedLinks('The tool tip is at the left wall of the box')).toEqual([])
  })
})

describe('keys of the episode table', () => {
  it('stay inside the list', () => {
    expect(target('ArrowDown', 4, 10, 20)).toBe(5)
    expect(target('ArrowUp', 0, 10, 20)).toBe(0)
    expect(target('PageDown', 15, 10, 20)).toBe(19)
    expect(target('End', 0, 10, 20)).toBe(19)
    expect(target('Home', 9, 10, 20)).toBe(0)
    expect(target('a', 9, 10, 20)).toBeNull()
  })
})
