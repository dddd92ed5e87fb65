import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { problemOf } from '../contract/problem.ts'
import type { StationServices } from './api/services.ts'
import { Curation } from './curation-service.ts'
import { Datasets } from './dataset-service.ts'
import { Evaluation } from './evaluation/evaluation.ts'
import { GoalBook } from './evaluation/goals.ts'
import { Exchange } from './exchange-service.ts'
import { Experiments } from './experiment/experiments.ts'
import { JobQueue } from './learner/job-queue.ts'
import { appVersion } from './platform/app-version.ts'
import { armLimits } from './platform/arm-model.ts'
import { DiskWatch } from './platform/disk-watch.ts'
import { native } from './platform/native.ts'
import { claimHome } from './platform/station-home.ts'
import { Policies } from './policy-service.ts'
import { PolicyStore } from './policy/policy-store.ts'
import { ArmLimitsWatch } from './robot/arm-limits-watch.ts'
import { HostLoadWatch } from './robot/preflight/host-load.ts'
import { IncidentRecorder } from './robot/incident/incident-recorder.ts'
import { IncidentStore } from './robot/incident/incident-store.ts'
import { LimitSettings } from './robot/limit-settings.ts'
import { PreflightWatch } from './robot/preflight/preflight-watch.ts'
import { Robot } from './robot/robot.ts'
import { UnattendedSettings } from './robot/unattended-settings.ts'
import { UnattendedRuns } from './session/unattended-runs.ts'
import { SafetyNotice } from './robot/safety-notice.ts'
import { forkProcess } from './platform/own-process.ts'
import type { LaunchProcess } from './platform/own-process.ts'
import { forkSimulator } from './robot/simulated-robot.ts'
import type { LaunchSimulator } from './robot/simulated-robot.ts'
import { StopBoxChoice } from './robot/stop-box-choice.ts'
import { Sessions } from './session-service.ts'
import { Replays } from './replay/replays.ts'
import { startReplay } from './workers/replay-thread.ts'
import { startTries } from './workers/evaluation-thread.ts'
import { ExchangeProcesses } from './workers/exchange-process.ts'
import { startTraining } from './workers/training-thread.ts'

export interface StationOptions {
  /** Folder of datasets, policies and the catalogue; made when missing. */
  home: string
  /** How the simulated arm is started; as a child process of Node unless told otherwise. */
  launchSimulator?: LaunchSimulator
  /** How exports and imports get a process of their own; likewise. */
  launchProcess?: LaunchProcess
}

/** The whole program without a window. */
export interface Station {
  readonly services: StationServices
  /** True while a run, an evaluation or a replay is on. */
  isRunning(): boolean
  onRunChange(listener: () => void): void
  /** Brings the arm to rest, closes the data and ends everything that was started. */
  close(): Promise<void>
}

/** Runs end by themselves within this time; then the arm is let go whatever hangs. */
const RUNS_END_WITHIN = 1200 // ms

/** Opens a station. Refuses when the folder or its files cannot be used, or another station has them. */
export async function openStation(options: StationOptions): Promise<Station> {
  const home = resolve(options.home)
  const claim = claimHome(home)
  try {
    const station = await assemble(home, options)
    return { ...station, close: () => station.close().finally(() => claim.release()) }
  } catch (error) {
    claim.release()
    throw error
  }
}

/** Puts the real parts together. */
async function assemble(
  home: string,
  { launchSimulator = forkSimulator, launchProcess = forkProcess }: StationOptions,
): Promise<Station> {
  const { robot, limits, incidents, load, scanned } = openRobot(home, launchSimulator)
  const disk = new DiskWatch(home)
  const armLimitsWatch = new ArmLimitsWatch(robot.state, limits.inForce)
  const preflight = new PreflightWatch({
    robot,
    limits: armLimitsWatch,
    supervisor: limits.inForce,
    freeBytes: () => disk.current().freeBytes,
  })
  const datasets = await Datasets.open(home)
  const exchange = new Exchange(home, datasets, new ExchangeProcesses(launchProcess))
  const sessions = new Sessions(robot, datasets)
  const unattended = new UnattendedSettings(home)
  const unattendedRuns = new UnattendedRuns(robot, sessions, unattended)
  const policyFolder = join(home, 'policies')
  const policies = new PolicyStore(policyFolder)
  const curation = await Curation.open(datasets)
  const jobs = openJobQueue(home, robot, datasets, curation)
  const evaluation = openEvaluation(home, robot, policies, jobs)
  const replays = new Replays({
    dataset: (id) => datasets.find(id),
    holdArm: () => robot.takeForRun('A replay'),
    startReplay,
  })
  tellDamage(robot, policies, [datasets.notice, exchange.notice, jobs.notice, ...evaluation.notices])
  const offStop = robot.onStop(() => evaluation.stop())
  const services: StationServices = {
    station: { info: () => stationInfo(home, disk), disk },
    robot,
    incidents,
    limits,
    armLimits: armLimitsWatch,
    safetyNotice: new SafetyNotice(home),
    unattended,
    preflight,
    session: sessions,
    dataset: datasets,
    curation,
    learner: jobs,
    policy: new Policies(policyFolder, policies, launchProcess, () => evaluation.policiesChanged()),
    evaluation,
    experiment: new Experiments(home),
    exchange,
    replay: replays,
  }
  let closing: Promise<void> | null = null
  const end = async (): Promise<void> => {
    offStop()
    unattendedRuns.close()
    // Tries have no softer end than a stop; a run ramps down by itself.
    if (isEvaluating(evaluation)) robot.stop('Forager is closing')
    const runs = Promise.allSettled([sessions.close(), evaluation.close(), replays.close(), jobs.close()])
    await Promise.race([runs, sleep(RUNS_END_WITHIN, undefined, { ref: false })])
    preflight.close()
    disk.close()
    await Promise.all([robot.close(), datasets.close(), runs, scanned])
    load.close()
    await incidents.settled()
  }
  return {
    services,
    isRunning: () => sessions.isActive || isEvaluating(evaluation) || replays.isActive,
    onRunChange: (listener) => {
      sessions.progress.onChange(listener)
      evaluation.progress.onChange(listener)
      replays.progress.onChange(listener)
    },
    close: () => (closing ??= end()),
  }
}

/** The owner of the arm with what it keeps in the home; `scanned` resolves when the incidents of earlier runs are listed. */
function openRobot(home: string, launchSimulator: LaunchSimulator) {
  const stopBoxChoice = new StopBoxChoice(home)
  const limits = new LimitSettings(home)
  const incidents = new IncidentStore(home)
  const load = new HostLoadWatch()
  const robot = new Robot({
    launchSimulator,
    stopBoxChoice,
    limits,
    incidents: (onProblem) => new IncidentRecorder(incidents, load, onProblem),
  })
  // Refuses a damaged choice; until then nothing may be at work in the folder.
  robot.restoreStopBox()
  const scanned = incidents.scan().catch((error: unknown) => robot.note(problemOf(error).message))
  return { robot, limits, incidents, load, scanned }
}

/** What was found damaged in the home, in the log that a person sees first. */
function tellDamage(robot: Robot, policies: PolicyStore, notices: readonly (string | null)[]): void {
  for (const { message } of policies.problems()) robot.note(message)
  for (const notice of notices) if (notice !== null) robot.note(notice)
}

function isEvaluating(evaluation: Evaluation): boolean {
  return ['homing', 'running', 'stopping'].includes(evaluation.progress.current().state)
}

async function stationInfo(home: string, disk: DiskWatch): ReturnType<StationServices['station']['info']> {
  return { version: appVersion(), home, native: native.cpuFeatures(), disk: disk.current(), clock: Date.now() }
}

function openJobQueue(home: string, robot: Robot, datasets: Datasets, curation: Curation): JobQueue {
  return new JobQueue({
    home,
    box: armLimits().box,
    cores: availableParallelism(),
    dataset: (id) => datasets.find(id) ?? curation.trainable(id),
    // An arm that is linked wants its thread in time, also while it stands still.
    armRuns: () => robot.state.current().link === 'connected',
    startTraining,
  })
}

function openEvaluation(home: string, robot: Robot, policies: PolicyStore, jobs: JobQueue): Evaluation {
  return new Evaluation({
    home,
    goals: new GoalBook(home, armLimits().box),
    policies: () => policies.list(),
    jobs: jobs.jobs,
    learners: jobs.learners(),
    holdArm: () => robot.takeForRun('An evaluation'),
    startTries,
  })
}
