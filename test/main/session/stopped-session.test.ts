import { expect, test } from 'vitest'
import type { SessionProgress } from '../../../src/contract/session.ts'
import { checkDataset } from '../../../src/main/dataset/audit/check-dataset.ts'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { Session } from '../../../src/main/session/session.ts'
import { armedArm } from '../../doubles/simulated-robot.ts'
import { order } from './order.ts'

function until(session: Session, holds: (progress: SessionProgress) => boolean): Promise<SessionProgress> {
  return new Promise((resolve) => {
    const look = (): void => {
      const progress = session.progress.current()
      if (holds(progress)) resolve(progress)
    }
    session.progress.onChange(look)
    look()
  })
}

test('a stop pauses the run with its cause, keeps the episode, and only re-arming and resuming goes on', async () => {
  const { driver, address } = await armedArm()
  const wanted = order({ world: 'panda-fci', robot: address, armId: driver.id, target: 60, stepsPerEpisode: 40 })
  const session = await Session.start(wanted)
  await until(session, ({ state, step }) => state === 'running' && step >= 5)
  driver.stop('operator-stop', 'A person pressed STOP.')
  const paused = await until(session, ({ state }) => state === 'paused')
  expect(paused.problem).toMatchObject({ code: 'operator-stop' })
  expect(paused.stops.at(-1)).toMatchObject({ endReason: 'operator-stop', episode: 1, transitions: paused.transitions })
  expect(paused.transitions).toBeGreaterThanOrEqual(5)

  // Nothing moves while the stop is latched, whatever is pressed.
  const triesHome = until(session, ({ state }) => state === 'homing')
  session.resume()
  await triesHome
  await until(session, ({ state, problem }) => state === 'paused' && problem !== null)
  expect(session.progress.current().transitions).toBe(paused.transitions)

  const rearmAndResume = (): void => {
    driver.rearm()
    driver.arm()
    session.resume()
  }
  rearmAndResume()
  // On a machine that is too busy for 1 kHz the arm stops itself now and then; a person would re-arm again.
  session.progress.onChange(() => {
    const { state, problem } = session.progress.current()
    if (state === 'paused' && problem !== null && driver.state().stop?.latched) rearmAndResume()
  })
  const { end, progress } = await session.ended
  expect([end, progress.transitions, progress.problem]).toEqual(['complete', 60, null])

  const reader = new DatasetReader(wanted.path)
  expect(reader.endReasons()['operator-stop']).toBe(1)
  expect(reader.episode(1).stop).toMatchObject({ code: 'operator-stop' })
  expect(checkDataset(reader).problems.filter(({ code }) => code !== 'gap')).toEqual([])
  reader.close()
})
