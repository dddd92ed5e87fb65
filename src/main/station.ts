import { mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import type { StationServices } from './api/services.ts'
import { Evaluation } from './evaluation/evaluation.ts'
import { GoalBook } from './evaluation/goals.ts'
import { JobQueue } from './learner/job-queue.ts'
import { appVersion } from './platform/app-version.ts'
import { armLimits } from './platform/arm-model.ts'
import { DiskWatch } from './platform/disk-watch.ts'
import { native } from './platform/native.ts'
import { PolicyStore } from './policy/policy-store.ts'
import { PreflightWatch } from './robot/preflight-watch.ts'
import { Robot } from './robot/robot.ts'
import { forkSimulator } from './robot/simulated-robot.ts'
import type { LaunchSimulator } from './robot/simulated-robot.ts'
import { StopBoxChoice } from './robot/stop-box-choice.ts'
import { startTries } from './workers/evaluation-thread.ts'
import { startTraining } from './workers/training-thread.ts'

export interface StationOptions {
  /** Folder of datasets, policies and the catalogue; made when missing. */
  home: string
  /** How the simulated arm is started; as a child process of Node unless told otherwise. */
  launchSimulator?: LaunchSimulator
}

/** The whole program without a window. */
export interface Station {
  readonly services: StationServices
  /** True while a run or an evaluation is on. */
  isRunning(): boolean
  onRunChange(listener: () => void): void
  /** Brings the arm to rest, closes the data and ends everything that was started. */
  close(): Promise<void>
}

/** Runs end by themselves within this time after a stop; then the arm is let go whatever hangs. */
const RUNS_END_WITHIN = 1200 // ms

/** Puts the real parts together. Refuses when the folder or its files cannot be used; then nothing was started. */
export async function openStation(options: StationOptions): Promise<Station> {
  const home = resolve(options.home)
  for (const folder of ['datasets', 'policies']) mkdirSync(join(home, folder), { recursive: true })
  const disk = new DiskWatch(home)
  const robot = new Robot({
    launchSimulator: options.launchSimulator ?? forkSimulator,
    stopBoxChoice: new StopBoxChoice(home),
  })
  await robot.restoreStopBox()
  const preflight = new PreflightWatch(robot, () => disk.current().freeBytes)
  const services = { robot, preflight, station: { disk, info: async () => ({ version: appVersion(), home, native: native.cpuFeatures(), disk: disk.current(), clock: Date.now() }) } } as unknown as StationServices
  return {
    services,
    isRunning: () => false,
    onRunChange: () => undefined,
    close: async () => {
      await robot.close()
      preflight.close()
      disk.close()
    },
  }
}
