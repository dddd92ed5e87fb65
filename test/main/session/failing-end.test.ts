import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { Session } from '../../../src/main/session/session.ts'
import { armedArm } from '../../doubles/simulated-robot.ts'
import { order } from './order.ts'

test('a run in real time whose last episode could not be written has failed, and says why', async () => {
  const { driver, address } = await armedArm()
  const wanted = order({ world: 'panda-fci', robot: address, armId: driver.id, target: 30, stepsPerEpisode: 30 })
  const session = await Session.start(wanted)
  const db = new Database(wanted.path)
  db.exec("CREATE TRIGGER broken BEFORE INSERT ON episode BEGIN SELECT RAISE(ABORT, 'the disk is gone'); END")
  db.close()
  // On a machine that is too busy for 1 kHz the arm may stop itself: then the run ends there.
  session.progress.onChange(() => {
    if (session.progress.current().state === 'paused') session.end()
  })
  const { end, progress } = await session.ended
  expect([end, progress.state]).toEqual(['failed', 'failed'])
  expect(progress.problem?.message).toContain('the disk is gone')
})
