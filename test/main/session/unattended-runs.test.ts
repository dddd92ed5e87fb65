import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import type { SimulatedRobot } from '../../../src/main/platform/native-simulated-robot.ts'
import { openStation } from '../../../src/main/station.ts'
import type { Station } from '../../../src/main/station.ts'
import { until } from '../../doubles/until.ts'

const run = {
  world: 'panda-fci',
  explorer: 'random',
  mode: 'paper',
  transitions: 5000,
  stepsPerEpisode: 1000,
  seed: 7,
  dataset: 'panda-random-01',
  settings: {},
  operator: '',
  notes: '',
  workspaceClear: true,
} as const

/** The whole station and a simulated robot that loses every second command for a second, once. */
describe('a run without a person', { timeout: 90_000 }, () => {
  let home: string
  let station: Station
  let peer: SimulatedRobot
  let heart: NodeJS.Timeout

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'forager-unattended-'))
    station = await openStation({ home })
    const options = { host: '127.0.0.1', port: 0, protocol: 5, model: armModel(), seed: 1 }
    peer = new native.SimulatedRobot({ ...options, fault: 'loss@20', patienceMs: 100 })
    const { robot } = station.services
    heart = setInterval(() => robot.heartbeat(), 100)
    robot.heartbeat()
    await robot.connect({ host: '127.0.0.1', port: peer.port })
    robot.heartbeat()
  })
  afterEach(async () => {
    clearInterval(heart)
    await station.close()
    await peer.close()
    rmSync(home, { recursive: true })
  })

  const events = (): string[] => station.services.robot.events.current().map(({ text }) => text)
  const progress = () => station.services.session.progress.current()
  const stop = () => station.services.robot.state.current().stop

  it('goes on from home after a cause that a person has allowed', async () => {
    station.services.unattended.write({ causes: ['success-rate'], perHour: 3 })
    await station.services.session.start(run)
    await until(() => stop()?.code === 'success-rate' && stop()?.latched === true)
    const { transitions } = progress()
    await until(() => events().some((text) => text.startsWith('Recovered by itself')))
    await until(() => progress().transitions > transitions + 20)
    expect(station.services.robot.state.current()).toMatchObject({ armed: true, activity: 'episode' })
    expect(events().some((text) => text.includes('1 of 3 within an hour'))).toBe(true)
    expect(peer.stats().reflexes).toBe(0)
  })

  it('stays held when a person presses STOP in the seconds before', async () => {
    station.services.unattended.write({ causes: ['success-rate'], perHour: 3 })
    await station.services.session.start(run)
    await until(() => events().some((text) => text.startsWith('Recovers by itself')))
    station.services.robot.stop('the test')
    const { moves } = peer.stats()
    await new Promise((resolve) => setTimeout(resolve, 4500))
    expect(station.services.robot.state.current()).toMatchObject({ armed: false, activity: 'held' })
    expect(peer.stats().moves).toBe(moves)
    expect(progress().state).toBe('paused')
  })

  /** A run after a stop that may be recovered, and the moves so far. */
  const stopped = async (): Promise<number> => {
    station.services.unattended.write({ causes: ['success-rate'], perHour: 3 })
    await station.services.session.start(run)
    await until(() => events().some((text) => text.startsWith('Recovers by itself')))
    return peer.stats().moves
  }

  const withdraw = (): void => station.services.unattended.write({ causes: [], perHour: 3 })

  const decided = (): string | undefined =>
    events().find((text) => text.startsWith('The run waits for a person') || text.startsWith('Recovered by itself'))

  const staysWithPerson = async (why: string, moves: number): Promise<void> => {
    await until(() => decided() !== undefined)
    expect(decided()).toContain(why)
    expect(station.services.robot.state.current().armed).toBe(false)
    expect(progress().state).toBe('paused')
    expect(peer.stats().moves).toBe(moves)
  }

  /** In the middle of the recovery: it has armed, and watches whether the error stays away. */
  const whenArmedAgain = (act: () => void): void => {
    const off = station.services.robot.state.onChange(() => {
      const { armed, stop } = station.services.robot.state.current()
      if (!armed || stop !== null) return
      off()
      act()
    })
  }

  it('stays held when the permission is withdrawn in the seconds before', async () => {
    const moves = await stopped()
    withdraw()
    await staysWithPerson('withdrawn meanwhile', moves)
    expect(station.services.robot.state.current().activity).toBe('held')
  })

  it('is disarmed when the permission is withdrawn during the recovery', async () => {
    const moves = await stopped()
    whenArmedAgain(withdraw)
    await staysWithPerson('withdrawn meanwhile', moves)
  })

  it('is disarmed when the settings cannot be read after the recovery', async () => {
    const moves = await stopped()
    whenArmedAgain(() => writeFileSync(join(home, 'unattended.json'), '{'))
    await staysWithPerson('cannot be read', moves)
  })

  it.each(['before', 'during'])('stays where it is when a person disarms %s the recovery', async (when) => {
    const moves = await stopped()
    if (when === 'before') station.services.robot.disarm()
    else whenArmedAgain(() => station.services.robot.disarm())
    await staysWithPerson('stopped or disarmed meanwhile', moves)
  })
})
