import { resolve } from 'node:path'
import { ProblemError, refusal } from '../../contract/problem.ts'
import { SLOW_REPLAY, SLOWEST_REPLAY } from '../../contract/replay.ts'
import { armWorldNameSchema } from '../../contract/world.ts'
import type { ReplayOrder, ReplayReport, ReplayResult } from '../replay/replay-order.ts'
import { startReplay } from '../workers/replay-thread.ts'
import { robotOfWorld } from './take-robot.ts'
import type { Verb, VerbInput, VerbResult } from './verb.ts'

const TELL_EVERY_MS = 2000

/** Moves an arm as in a recorded episode; one that is to be fast goes slowly first. */
async function replay(input: VerbInput): Promise<VerbResult> {
  const path = resolve(input.operands[0] ?? '')
  const episode = input.number('episode')
  const speed = input.number('speed', SLOW_REPLAY)
  const link = await robotOfWorld(input, 'replay')
  try {
    const arm: ReplayOrder['arm'] = link
      ? { kind: 'attached', id: link.armId }
      : { kind: 'simulated', seed: input.number('seed', 0) }
    link?.beat()
    const results: ReplayResult[] = []
    for (const each of speed > SLOW_REPLAY ? [SLOW_REPLAY, speed] : [speed])
      results.push(await replayOnce(input, { arm, path, episode, speed: each }))
    const { json, text } = describe(path, episode, speed, results)
    return { json: { ...json, ...(link ? { tightened_limits: link.tightenedLimits } : {}) }, text }
  } finally {
    await link?.release()
  }
}

async function replayOnce(input: VerbInput, order: ReplayOrder): Promise<ReplayResult> {
  let toldAt = -Infinity
  const handle = startReplay(order, (report) => {
    if (report.state === 'running' && performance.now() - toldAt < TELL_EVERY_MS) return
    toldAt = performance.now()
    input.progress(reportText(order, report))
  })
  const stop = (): void => handle.wish('stop')
  input.signal.addEventListener('abort', stop, { once: true })
  if (input.signal.aborted) stop()
  const result = await handle.result
  input.signal.removeEventListener('abort', stop)
  if (result.problem) throw new ProblemError(result.problem)
  if (result.end === 'complete') return result
  throw refusal(
    'replay-stopped',
    `The replay was interrupted at step ${Math.round(result.step)} of ${result.steps}. The arm is at rest.`,
    'Start it again; it begins at home.',
  )
}

const degrees = (radians: number): string => `${((radians * 180) / Math.PI).toFixed(2)}°`

function reportText({ speed }: ReplayOrder, { state, step, steps, deviationRad }: ReplayReport): string {
  const away = deviationRad === null ? '' : `, ${degrees(deviationRad)} from the recording`
  return `${state} at ${Math.round(100 * speed)} %: step ${Math.round(step)} of ${steps}${away}`
}

function describe(path: string, episode: number, speed: number, results: readonly ReplayResult[]): VerbResult {
  const { worst, steps } = results.at(-1)!
  const json = {
    dataset: path,
    episode,
    speed,
    steps,
    worst_deviation_rad: worst?.deviationRad ?? null,
    worst_joint: worst === null ? null : worst.joint + 1,
    slow_first: results.length > 1,
  }
  const away =
    worst === null ? '' : `, at most ${degrees(worst.deviationRad)} from the recording (joint ${worst.joint + 1})`
  return { json, text: `episode ${episode} of ${path}: ${steps} steps at ${Math.round(100 * speed)} %${away}` }
}

export const verb: Verb = {
  name: 'replay',
  summary: 'Moves the arm from home as it moved in a recorded episode, through the supervisor, and home again.',
  operands: ['FILE'],
  options: [
    {
      name: 'episode',
      kind: 'integer',
      placeholder: 'N',
      minimum: 0,
      maximum: 100_000_000,
      required: true,
      help: 'number of the episode',
    },
    {
      name: 'world',
      kind: 'text',
      choices: armWorldNameSchema.options,
      required: true,
      help: 'panda is simulated in this process, panda-fci is the arm at --robot',
    },
    { name: 'robot', kind: 'text', placeholder: 'HOST[:PORT]', help: 'address of the arm, for panda-fci' },
    {
      name: 'speed',
      kind: 'number',
      minimum: SLOWEST_REPLAY,
      maximum: 1,
      help: `share of the recorded speed, default ${SLOW_REPLAY}; a faster one is preceded by one at ${SLOW_REPLAY}`,
    },
    {
      name: 'seed',
      kind: 'integer',
      placeholder: 'S',
      minimum: 0,
      maximum: 0xffffffff,
      help: 'of the simulated arm, default 0',
    },
    {
      name: 'workspace-clear',
      kind: 'flag',
      help: 'you state that nobody and nothing is inside the box of a real arm',
    },
  ],
  run: replay,
}
