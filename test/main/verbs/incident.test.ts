import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import type { SimulatedRobot } from '../../../src/main/platform/native-simulated-robot.ts'
import { IncidentStore } from '../../../src/main/robot/incident/incident-store.ts'
import { startCliIn } from './run-cli.ts'

let home: string
let peer: SimulatedRobot

beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'forager-incident-'))))
afterEach(async () => {
  await peer.close()
  rmSync(home, { recursive: true })
})

it('a run from a terminal leaves the record of its stop among those of the station', { timeout: 60_000 }, async () => {
  const options = { host: '127.0.0.1', port: 0, protocol: 5, model: armModel(), seed: 1 }
  peer = new native.SimulatedRobot({ ...options, fault: 'torque@15' })
  const cli = startCliIn(
    { ...process.env, FORAGER_HOME: home },
    ...['collect', '--world', 'panda-fci', '--robot', `127.0.0.1:${peer.port}`, '--explorer', 'random'],
    ...['--transitions', '400', '--seed', '1', '--dataset', join(home, 'run.forager'), '--json'],
  )
  await cli.done
  const incidents = new IncidentStore(home)
  await incidents.scan()
  expect(incidents.list.current().map(({ code }) => code)).toEqual(['contact-torque'])
  const { head } = await incidents.read(incidents.list.current()[0]!.id)
  expect(head).toMatchObject({ user: 'A run from a terminal', cause: { joint: 4 } })
  expect(head.samples).toBeGreaterThan(500)
})
