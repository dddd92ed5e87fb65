import { describe, expect, it } from 'vitest'
import type { PreflightItem, RobotState } from '../../../../src/contract/robot.ts'
import { armLimits, armModel } from '../../../../src/main/platform/arm-model.ts'
import type { HostFacts } from '../../../../src/main/robot/preflight/host-facts.ts'
import type { LinkTest } from '../../../../src/main/robot/preflight/link-test.ts'
import { preflight } from '../../../../src/main/robot/preflight/preflight.ts'
import { disconnectedState } from '../../../../src/main/robot/robot-state.ts'
import { goodHost } from '../../../doubles/good-host.ts'

const goodTest: LinkTest = { meanMs: 0.19, worstMs: 0.41, answered: 50, asked: 50, timesMs: [] }
const noBox = { state: 'not-used', path: '', needsGrip: false, ageMs: null, message: '' } as const

/** A connected arm at home with nothing wrong. */
function goodState(): RobotState {
  return {
    ...disconnectedState(noBox),
    link: 'connected',
    protocol: 5,
    ageMs: 1,
    mode: 'idle',
    q: [...armLimits().home],
    toolMass: 0.73,
    packets: { received: 20_000, lost: 0, received10s: 10_000, lost10s: 0, successRate: null },
  }
}

function check(
  name: string,
  state: Partial<RobotState>,
  facts: {
    host?: Partial<HostFacts>
    freeBytes?: number | null
    linkTest?: LinkTest | null
    restForce?: number | null
  } = {},
): PreflightItem {
  const items = preflight({
    state: { ...goodState(), ...state },
    limits: armLimits(),
    supervisor: armModel().supervisor,
    host: { ...goodHost, ...facts.host },
    linkTest: facts.linkTest === undefined ? goodTest : facts.linkTest,
    restForce: facts.restForce === undefined ? 0.5 : facts.restForce,
    freeBytes: facts.freeBytes === undefined ? 50e9 : facts.freeBytes,
  })
  const item = items.find((each) => each.name === name)
  if (item === undefined) throw new Error(`no item ${name}`)
  return item
}

/** The home pose with one joint moved. */
function withJoint(joint: number, q: number): number[] {
  return armLimits().home.map((value, at) => (at === joint ? q : value))
}

describe('checklist before motion', () => {
  it('leaves only a person and the optional stop box to wait for when all is well', () => {
    const items = preflight({
      state: goodState(),
      limits: armLimits(),
      supervisor: armModel().supervisor,
      host: goodHost,
      linkTest: goodTest,
      restForce: 0.5,
      freeBytes: 50e9,
    })
    const open = items.filter(({ state }) => state !== 'ok')
    expect(open.map(({ name, state }) => [name, state])).toEqual([
      ['Stop box', 'wait'],
      ['Workspace clear', 'wait'],
    ])
  })

  it.each(['disconnected', 'lost'] as const)('claims nothing about an arm whose link is %s', (link) => {
    for (const name of [
      'FCI',
      'Control',
      'Protocol',
      'Brakes',
      'User stop',
      'Link',
      'Tool weight',
      'Joint limits',
      'Home pose',
    ]) {
      expect(check(name, { link, mode: 'unknown' }).state, name).toBe('unk')
    }
    expect(check('Workspace clear', { link, armed: true }).state).toBe('wait')
  })

  it.each([
    ['Brakes', { mode: 'other' }],
    ['Brakes', { mode: 'reflex' }],
    ['User stop', { mode: 'user-stopped' }],
    ['Control', { mode: 'guiding' }],
  ] as const)('marks %s as bad in %o', (name, state) => {
    const item = check(name, state)
    expect(item.state).toBe('bad')
    expect(item.tip).not.toBe('')
  })

  it('judges the link by the share of lost packets', () => {
    const packets = (lost10s: number) => ({
      packets: { ...goodState().packets, received10s: 10_000 - lost10s, lost10s },
    })
    expect(check('Link', packets(20)).state).toBe('ok')
    expect(check('Link', packets(21)).state).toBe('warn')
    expect(check('Link', packets(201)).state).toBe('bad')
    expect(check('Link', { packets: { ...goodState().packets, received10s: 500 } }).state).toBe('wait')
  })

  it('names the joint nearest to its limit, in degrees', () => {
    const { qMin } = armLimits()
    const item = check('Joint limits', { q: withJoint(3, (qMin[3] ?? 0) + (7 * Math.PI) / 180) })
    expect(item.state).toBe('warn')
    expect(item.value).toBe('J4 7.0° to lower')
    expect(check('Joint limits', { q: withJoint(3, (qMin[3] ?? 0) + 0.01) }).state).toBe('bad')
  })

  it('finds a tool weight that does not fit, and waits while the arm moves', () => {
    const tauExternal = [0, -2.5, 0, 0, 0, 0, 0]
    expect(check('Tool weight', { tauExternal })).toMatchObject({ state: 'warn', value: 'J2 feels 2.5 Nm' })
    expect(check('Tool weight', { tauExternal, activity: 'episode' }).state).toBe('wait')
    expect(check('Tool weight', {}, { restForce: 5.1 })).toMatchObject({ state: 'warn', value: 'feels 5.1 N' })
    expect(check('Tool weight', {}, { restForce: 15.1 }).state).toBe('bad')
    expect(check('Tool weight', {}, { restForce: null }).state).toBe('ok')
  })

  it('says how far home is', () => {
    const { home } = armLimits()
    const item = check('Home pose', { q: withJoint(0, (home[0] ?? 0) + 0.5) })
    expect(item).toMatchObject({ state: 'wait', value: '28.6° away' })
  })

  it('tells what this computer lacks for real time', () => {
    expect(check('Kernel', {}, { host: { realTimeKernel: false } }).state).toBe('warn')
    expect(check('Kernel', {}, { host: { realTimeKernel: null } }).state).toBe('unk')
    expect(check('Scheduling', {}, { host: { realTimePriority: 0 } }).tip).toContain('rtprio')
    expect(check('Scheduling', {}, { host: { realTimePriority: null } }).state).toBe('unk')
    expect(check('Scheduling', {}, { host: { lockedMemory: 8192 } }).value).toBe('8 KiB lockable')
  })

  it('tells how this computer saves power, and what it runs inside', () => {
    expect(check('CPU governor', {}, { host: { governors: ['performance', 'powersave'] } })).toMatchObject({
      state: 'warn',
      value: 'performance, powersave',
      tip: expect.stringContaining('cpupower') as string,
    })
    expect(check('CPU governor', {}, { host: { onMains: false } }).value).toBe('on battery')
    expect(check('CPU governor', {}, { host: { governors: [] } }).state).toBe('unk')
    expect(check('Computer', {}, { host: { inside: 'Docker' } }).tip).toContain('--network host')
    expect(check('Computer', {}, { host: { inside: 'VMware Virtual Platform' } }).state).toBe('warn')
  })

  it('judges the round trip by its mean and its worst', () => {
    const trip = (meanMs: number | null, worstMs: number | null) =>
      check('Round trip', {}, { linkTest: { meanMs, worstMs, answered: 50, asked: 50, timesMs: [] } })
    expect(trip(0.3, 0.5)).toMatchObject({ state: 'ok', value: '0.30, max 0.50 ms' })
    expect(trip(0.31, 0.5).state).toBe('warn')
    expect(trip(0.2, 0.51).state).toBe('warn')
    expect(trip(0.83, 1.2).state).toBe('bad')
    expect(trip(null, null).state).toBe('unk')
    expect(check('Round trip', {}, { linkTest: null }).state).toBe('wait')
  })

  it('names an active error in words', () => {
    expect(check('Errors', { errors: ['joint_reflex', 'power_limit_violation'] })).toMatchObject({
      state: 'bad',
      value: 'A joint felt a collision, 1 more',
      tip: expect.stringContaining('recover') as string,
    })
  })

  it('knows a full disk from one that was not read', () => {
    expect(check('Disk', {}, { freeBytes: 1.9e9 }).state).toBe('bad')
    expect(check('Disk', {}, { freeBytes: null }).state).toBe('unk')
  })

  it.each([
    ['closed', 'ok'],
    ['waiting', 'wait'],
    ['pressed', 'bad'],
    ['lost', 'bad'],
  ] as const)('shows a stop box that is %s as %s', (state, expected) => {
    expect(
      check('Stop box', { stopBox: { state, path: '/dev/x', needsGrip: false, ageMs: 10, message: 'why' } }).state,
    ).toBe(expected)
  })
})
