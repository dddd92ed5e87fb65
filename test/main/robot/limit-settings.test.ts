import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { problemOf } from '../../../src/contract/problem.ts'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import type { ArmDriver } from '../../../src/main/platform/native-arm.ts'
import type { SimulatedRobot } from '../../../src/main/platform/native-simulated-robot.ts'
import { LimitSettings } from '../../../src/main/robot/limit-settings.ts'
import { openPandaWorld, pandaSpec } from '../../../src/main/world/panda-world.ts'
import { Episode } from '../../native/arm/episode.ts'

describe('limits that a person tightens', { timeout: 30_000 }, () => {
  let home: string
  let peer: SimulatedRobot | undefined
  let arm: ArmDriver | undefined

  beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'forager-limits-'))))
  afterEach(async () => {
    await arm?.close()
    await peer?.close()
    rmSync(home, { recursive: true })
  })

  async function connected(): Promise<ArmDriver> {
    const options = { host: '127.0.0.1', port: 0, protocol: 5, model: armModel(), seed: 1, fault: '' }
    peer = new native.SimulatedRobot(options)
    arm = await native.connectArm({ host: '127.0.0.1', port: peer.port, model: armModel(), timeoutMs: 2000 })
    return arm
  }

  const codeOf = (work: () => void): string => {
    try {
      work()
    } catch (error) {
      return problemOf(error).code
    }
    return ''
  }

  it('has every number of the supervisor with unit, words and default', () => {
    const rows = new LimitSettings(home).rows()
    expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(armModel().supervisor).sort())
    for (const { name, label, defaults, current } of rows) {
      expect(label, name).not.toBe(name)
      expect(current, name).toEqual(defaults)
    }
    expect(rows.find(({ name }) => name === 'contactTorque')?.parts.length).toBe(7)
  })

  it('reach the arm, are kept over a restart, and mark what is recorded', async () => {
    const driver = await connected()
    const settings = new LimitSettings(home)
    settings.set('toolSpeed', [0.25], driver)
    settings.set('boxMax', [0.7, 0.5, 0.85], driver)
    expect(driver.limits()).toMatchObject({ toolSpeed: 0.25, boxMax: [0.7, 0.5, 0.85] })
    expect(new LimitSettings(home).current()).toEqual(driver.limits())
    const { spec } = openPandaWorld({ name: 'panda-fci', armId: driver.id, robot: 'here' })
    expect(spec.tooltipBox?.max[0]).toBe(0.7)
    expect(spec.limitsHash).not.toBe(pandaSpec('panda-fci', 'here').limitsHash)
    settings.set('toolSpeed', [1], driver)
    settings.set('boxMax', [0.8, 0.5, 0.85], driver)
    expect(driver.limits()).toEqual(armModel().supervisor)
    const again = openPandaWorld({ name: 'panda-fci', armId: driver.id, robot: 'here' })
    expect(again.spec.limitsHash).toBe(pandaSpec('panda-fci', 'here').limitsHash)
  })

  it('tighten while the arm moves, and loosen only at rest; a refused one is not kept', async () => {
    const driver = await connected()
    const settings = new LimitSettings(home)
    driver.arm()
    const episode = new Episode(driver)
    episode.home()
    episode.begin()
    episode.step(new Float32Array(7).fill(0.2))
    settings.set('toolSpeed', [0.25], driver)
    expect(codeOf(() => settings.set('toolSpeed', [0.5], driver))).toBe('limits-loosened')
    expect(settings.current().toolSpeed).toBe(0.25)
    expect(driver.limits().toolSpeed).toBe(0.25)
    driver.endEpisode()
    settings.set('toolSpeed', [0.5], driver)
    expect(driver.limits().toolSpeed).toBe(0.5)
  })

  it.each([
    ['toolSpeed', [1.01], 'limits-looser-than-file'],
    ['toolSpeed', [-0.1], 'limits-looser-than-file'],
    ['boxMin', [0.05, -0.5, 0.02], 'limits-looser-than-file'],
    ['jointMarginStop', [0.04], 'limits-looser-than-file'],
    ['velocityClip', [0.4], 'limits-fixed'],
    ['toolSpeed', [NaN], 'limit-value'],
    ['boxMin', [0.2], 'limit-value'],
    ['noSuchLimit', [1], 'no-limit'],
  ])('refuses %s = %j as %s', (name, values, code) => {
    const settings = new LimitSettings(home)
    expect(codeOf(() => settings.set(name, values, null))).toBe(code)
    expect(settings.current()).toEqual(armModel().supervisor)
  })

  it.each(['{"toolSpeed":[2]}', '{"toolSpeed":0.25}', 'half a fi'])(
    'does not start with a damaged file: %s',
    (text) => {
      writeFileSync(join(home, 'limits.json'), text)
      expect(codeOf(() => new LimitSettings(home))).toBe('limits-damaged')
    },
  )
})
