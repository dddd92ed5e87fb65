import { expect, test } from 'vitest'
import type { SessionProgress } from '../../../src/contract/session.ts'
import { checkDataset } from '../../../src/main/dataset/audit/check-dataset.ts'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { native } from '../../../src/main/platform/native.ts'
import { explorerSettings } from '../../../src/main/session/explorer-settings.ts'
import { Session } from '../../../src/main/session/session.ts'
import { armedArm } from '../../doubles/simulated-robot.ts'
import { order } from './order.ts'

/** Adam walks over 20 million parameters in each update: longer than a step of the arm on any machine of today. */
const HEAVY = { batch: 16, hidden1: 2048, hidden2: 2048, warmUp: 0, discriminator1: 512, discriminator2: 512 }

/** A run of DIAYN on the simulated arm over its network protocol, in real time. */
async function run(): Promise<{ seen: SessionProgress[]; last: SessionProgress; path: string }> {
  const { driver, address } = await armedArm()
  const wanted = order({
    world: 'panda-fci',
    robot: address,
    armId: driver.id,
    explorer: 'diayn',
    mode: 'paper',
    settings: explorerSettings(native.describeExplorers(), 'diayn', 'paper', HEAVY),
    target: 80,
    stepsPerEpisode: 40,
  })
  const session = await Session.start(wanted)
  const seen: SessionProgress[] = []
  session.progress.onChange(() => {
    const progress = session.progress.current()
    seen.push(progress)
    if (progress.state !== 'paused') return
    // On a machine that is too busy for 1 kHz the arm stops itself now and then; a person would re-arm.
    if (driver.state().stop !== null) {
      driver.rearm()
      driver.arm()
    }
    session.resume()
  })
  const { progress: last } = await session.ended
  return { seen, last, path: wanted.path }
}

test('learning goes on beside a real-time arm: its ticks do not wait for it, and what is behind is made up at home', async () => {
  const { seen, last, path } = await run()
  expect(last).toMatchObject({ state: 'done', transitions: 80 })
  // A busy machine makes ticks late by itself, now and then; an update that held the arm up would do so at each.
  expect(last.lateTicks).toBeLessThan(40)
  expect(Object.values(last.learning!.losses).every(Number.isFinite)).toBe(true)
  expect(last.learning!.updates + last.learning!.behind).toBe(80 - 16 + 1)
  expect(Math.max(...seen.map(({ learning }) => learning?.behind ?? 0))).toBeGreaterThan(0)
  // The arm stood at home until nothing was behind before it began the next episode.
  const begun = seen.filter(({ state, step, episode }) => state === 'running' && step === 0 && episode > 1)
  expect(begun.length).toBeGreaterThan(0)
  for (const { learning } of begun) expect(learning?.behind).toBe(0)

  const reader = new DatasetReader(path)
  expect(checkDataset(reader).ok).toBe(true)
  expect(Object.values(reader.skills() ?? {}).reduce((sum, n) => sum + n, 0)).toBe(reader.totals().episodes)
  reader.close()
})
