import { expect, onTestFinished, test } from 'vitest'
import type { SessionProgress } from '../../../src/contract/session.ts'
import { checkDataset } from '../../../src/main/dataset/audit/check-dataset.ts'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { armModel } from '../../../src/main/platform/arm-model.ts'
import { native } from '../../../src/main/platform/native.ts'
import type { ArmDriver } from '../../../src/main/platform/native-arm.ts'
import { Session } from '../../../src/main/session/session.ts'
import { order } from './order.ts'

/** An armed arm over the network: the simulated robot on a socket of this machine, in real time. */
async function connectedArm(): Promise<{ driver: ArmDriver; address: string }> {
  const model = armModel()
  const own = { host: '127.0.0.1', port: 0, protocol: 5, model, seed: 1, fault: '' }
  // A millisecond of its motion waits for this computer when that is busy.
  const robot = new native.SimulatedRobot({ ...own, patienceMs: 100 })
  const driver = await native.connectArm({ host: '127.0.0.1', port: robot.port, model, timeoutMs: 5000 })
  onTestFinished(async () => {
    await driver.close()
    await robot.close()
  })
  driver.arm()
  return { driver, address: `127.0.0.1:${robot.port}` }
}

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
  const { driver, address } = await connectedArm()
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
