import { mkdtempSync, rmSync } from 'node:fs'
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
})
