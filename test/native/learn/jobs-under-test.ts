import { setTimeout as pause } from 'node:timers/promises'
import { native } from '../../../src/main/platform/native.ts'
import type { Replay, TrainingJob, TrainingOptions, TrainingProgress } from '../../../src/main/platform/native-learn.ts'
import { randomFloats } from '../nn/random-floats.ts'

export const SHAPE = { observationSize: 6, actionSize: 2 }

/** Ten episodes of 50 steps; every third one ends truly unless told how all of them end. */
export function makeReplay({ rewardScale = 1, terminal }: { rewardScale?: number; terminal?: boolean } = {}): Replay {
  const replay = new native.Replay(SHAPE)
  for (let episode = 0; episode < 10; episode++)
    replay.addEpisode(
      randomFloats(51 * SHAPE.observationSize, episode + 1, 1),
      randomFloats(50 * SHAPE.actionSize, episode + 20, 1),
      randomFloats(50, episode + 40, rewardScale),
      terminal ?? episode % 3 === 0,
    )
  return replay
}

export type JobChanges = Partial<Omit<TrainingOptions, 'replay'>>

export function makeJob(replay: Replay, changes: JobChanges = {}): TrainingJob {
  const settings = smallSettings(changes.learner ?? 'td3')
  return new native.TrainingJob({ learner: 'td3', mode: 'paper', seed: 11, threads: 1, replay, settings, ...changes })
}

export const learners = native.describeLearners()

/** Every learner in every mode, those that come later included. */
export const everyWay = learners.flatMap((learner) => learner.modes.map((mode) => [learner.name, mode] as const))

/** Smaller networks and batches for any learner. */
export function smallSettings(name: string): Record<string, number> {
  const settings: Record<string, number> = {}
  for (const { key, unit } of learners.find((learner) => learner.name === name)?.settings ?? []) {
    if (unit === 'units') settings[key] = 32
    if (key === 'batch') settings[key] = 24
  }
  return settings
}

/** Progress as soon as it is as wished. */
export async function until(
  job: TrainingJob,
  wished: (progress: TrainingProgress) => boolean,
): Promise<TrainingProgress> {
  for (;;) {
    const progress = job.progress()
    if (wished(progress)) return progress
    await pause(1)
  }
}
