import { join } from 'node:path'
import { expect, it } from 'vitest'
import { IncidentStore } from '../../../src/main/robot/incident/incident-store.ts'
import { simulatedRobot } from '../../doubles/simulated-robot.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { startCliIn } from './run-cli.ts'

it('a run from a terminal leaves the record of its stop among those of the station', { timeout: 60_000 }, async () => {
  const home = temporaryFolder()
  const { address } = simulatedRobot({ fault: 'torque@15', patienceMs: 100 })
  const cli = startCliIn(
    { ...process.env, FORAGER_HOME: home },
    ...['collect', '--world', 'panda-fci', '--robot', address, '--explorer', 'random'],
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
