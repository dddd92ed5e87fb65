import { dirname } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import type { RunSheet } from '../../contract/dataset.ts'
import { ProblemError, problemOf } from '../../contract/problem.ts'
import { openRecording } from '../dataset/dataset-recorder.ts'
import { openThreadedRecording } from '../dataset/threaded-recorder.ts'
import { refuseMissingFolder } from '../dataset/dataset-format.ts'
import { newRunSheet } from '../dataset/run-sheet.ts'
import { transitionsIn } from '../dataset/transitions-in.ts'
import { appVersion } from '../platform/app-version.ts'
import { freeBytes } from '../platform/disk.ts'
import type { Explorer } from '../platform/native-explore.ts'
import type { EpisodeRecorder } from '../session/episode-recorder.ts'
import { SessionControl } from '../session/session-control.ts'
import { SessionLoop } from '../session/session-loop.ts'
import type { SessionEnd, SessionNews, SessionOrder } from '../session/session-order.ts'
import { diskProblem, planSession } from '../session/session-plan.ts'
import { openWorld } from '../world/open-world.ts'
import type { World } from '../world/world.ts'
import { learns, makeExplorer, recallDataset } from './open-explorer.ts'

const order = workerData as SessionOrder

function say(news: SessionNews): void {
  parentPort?.postMessage(news)
}

/** Opens everything in the order in which it can be refused, runs the session, closes everything. */
async function main(): Promise<void> {
  try {
    refuseMissingFolder(order.path)
    const { world: name, worldOptions: options, seed, armId, robot } = order
    const world = await openWorld({ world: name, options, seed, armId, robot })
    try {
      refuseFullDisk(world)
      const explorer = makeExplorer(order, world.spec)
      try {
        const recorder = await openRecorder(world)
        try {
          recallDataset(explorer, order)
          runSession(world, explorer, recorder)
        } finally {
          recorder.close()
        }
      } finally {
        explorer.close()
      }
    } finally {
      await world.close()
    }
  } catch (error) {
    say({ kind: 'refused', problem: problemOf(error) })
  }
}

function refuseFullDisk(world: World): void {
  const remaining = Math.max(0, order.target - transitionsIn(order.path))
  const problem = diskProblem(planSession(world.spec, order.path, remaining, order.stepsPerEpisode), order.path)
  if (problem && remaining > 0) throw new ProblemError(problem)
}

type Recorder = EpisodeRecorder & { sheet: RunSheet }

/** In real time a thread of its own waits for the disk; at full speed the loop may as well. */
async function openRecorder(world: World): Promise<Recorder> {
  const { path, explorer, mode, settings, seed, target, stepsPerEpisode, operator, notes, repeatsCut = false } = order
  const run = { explorer, mode, settings, seed, target, stepsPerEpisode, operator, notes, appVersion: appVersion() }
  const { robotSimulated } = order
  const choices = robotSimulated === undefined ? run : { ...run, robotSimulated }
  const explorerLearns = learns(explorer)
  const sheet = newRunSheet(path, world.spec, choices, explorerLearns)
  const options = { path, sheet, box: world.spec.tooltipBox, explorerLearns, repeatsCut }
  return world.spec.realTime ? openThreadedRecording(options) : openRecording(options)
}

function runSession(world: World, explorer: Explorer, recorder: Recorder): void {
  const { target, stepsPerEpisode, diskFloorBytes, live } = order
  const parts = {
    world,
    explorer,
    recorder,
    control: new SessionControl(order.control),
    listener: {
      progress: (progress) => say({ kind: 'progress', progress }),
      live: (rows) => say({ kind: 'live', rows }),
    },
    freeBytes: () => freeBytes(dirname(order.path)),
  } satisfies ConstructorParameters<typeof SessionLoop>[0]
  const loop = new SessionLoop(parts, { target, stepsPerEpisode, diskFloorBytes, live })
  const { transitions: resumedFrom, cutEpisode } = recorder.resume
  say({ kind: 'opened', datasetId: recorder.sheet.id, resumedFrom, cutEpisode })
  let end: SessionEnd
  let problem = null
  try {
    end = loop.run()
  } catch (error) {
    end = 'failed'
    problem = problemOf(error)
  }
  const violations = world.violations()
  try {
    recorder.close()
  } catch (error) {
    end = 'failed'
    problem ??= problemOf(error)
  }
  const progress = loop.progress(end === 'failed' ? 'failed' : 'done', problem ?? undefined)
  explorer.close()
  say({ kind: 'ended', end, progress, violations, wallS: loop.effort.activeS })
}

void main()
