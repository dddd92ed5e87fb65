import { explorerSettings } from '../session/explorer-settings.ts'
import { Session } from '../session/session.ts'
import type { SessionOrder } from '../session/session-order.ts'
import { worldOptions } from '../world/open-world.ts'
import { DISK_FLOOR_BYTES } from '../platform/disk.ts'
import { native } from '../platform/native.ts'
import type { JobContext, JobEnd } from './job-context.ts'
import { refusal } from '../../contract/problem.ts'

/** The dataset of a collection. */
export function datasetPath(context: Pick<JobContext, 'folderOf'>, id: string): string {
  return context.folderOf(id).file(`${id}.forager`)
}

/** Explores until the dataset is complete. A run that was cut goes on; the data are the same as without the cut. */
export async function collectJob(context: JobContext): Promise<JobEnd> {
  const { stop, tell } = context
  const session = await Session.start(orderOf(context))
  const end = (): void => session.end()
  const offProgress = session.progress.onChange(() => {
    const { state, problem, transitions, target, stepsPerS } = session.progress.current()
    // Nobody here could clear a stop.
    if (state === 'paused' && problem) end()
    const rate = stepsPerS > 0 ? `, ${stepsPerS.toFixed(0)} steps/s` : ''
    tell({ fraction: Math.min(1, transitions / target), note: `${transitions} of ${target} transitions${rate}` })
  })
  stop.addEventListener('abort', end, { once: true })
  if (stop.aborted) end()
  const { end: how, progress } = await session.ended
  offProgress()
  stop.removeEventListener('abort', end)
  if (how === 'complete') {
    const { transitions, episodesFinished } = progress
    return { end: 'done', evaluation: null, facts: { transitions, episodes: episodesFinished } }
  }
  if (stop.aborted && !progress.problem) return { end: 'stopped' }
  return { end: 'failed', problem: progress.problem ?? endedWithoutReason() }
}

function orderOf({ plan, job, threads, ...context }: JobContext): Omit<SessionOrder, 'control'> {
  const { world, explorer, mode, seed } = job
  return {
    path: datasetPath(context, job.id),
    world,
    worldOptions: worldOptions(world, {}),
    explorer,
    mode,
    settings: explorerSettings(native.describeExplorers(), explorer, mode, warmUpOf(plan, explorer)),
    seed,
    target: plan.counts.transitions,
    stepsPerEpisode: plan.counts.stepsPerEpisode,
    operator: '',
    notes: `Collected for the experiment ${plan.experiment}.`,
    robot: 'in-process',
    armId: null,
    diskFloorBytes: DISK_FLOOR_BYTES,
    live: false,
    repeatsCut: true,
    threads,
  }
}

function warmUpOf({ warmUps }: JobContext['plan'], explorer: string): Record<string, number> {
  const warmUp = warmUps[explorer]
  return warmUp === undefined ? {} : { warmUp }
}

function endedWithoutReason() {
  return refusal(
    'session-ended',
    'The collection ended without saying why. What it had gathered is kept.',
    'Run the experiment again; it goes on from there.',
  ).problem
}
