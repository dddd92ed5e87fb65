import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CheckReport } from '../../contract/dataset.ts'
import { refusal } from '../../contract/problem.ts'
import type { ProblemError } from '../../contract/problem.ts'
import type { SessionProgress } from '../../contract/session.ts'
import { terminalCommand } from '../../contract/terminal-command.ts'
import { modeSchema, worldNameSchema, worldOptionsSchema } from '../../contract/world.ts'
import { DISK_FLOOR_BYTES } from '../platform/disk.ts'
import { native } from '../platform/native.ts'
import { checkFile } from '../dataset/audit/check-dataset.ts'
import { inspectHeader } from '../dataset/dataset-format.ts'
import { explorerSettings } from '../session/explorer-settings.ts'
import { Session } from '../session/session.ts'
import type { SessionResult } from '../session/session.ts'
import type { SessionOrder } from '../session/session-order.ts'
import { worldOptions } from '../world/open-world.ts'
import { checkVerdict, figuresJson } from './check-text.ts'
import { cutText } from './cut-text.ts'
import { durationText } from './duration-text.ts'
import { watchOf } from './pass-telling.ts'
import { parseRobotAddress, takeRobot } from './take-robot.ts'
import type { TakenRobot } from './take-robot.ts'
import type { Verb, VerbInput, VerbResult } from './verb.ts'

const PROGRESS_EVERY_MS = 1000

/** Explores until the dataset has the wanted number of transitions in all; continues a dataset that exists. */
async function collect(input: VerbInput): Promise<VerbResult> {
  const order = collectOrder(input)
  if (existsSync(order.path)) inspectHeader(order.path)
  const robot = order.world === 'panda-fci' ? await takeRobot(input) : null
  try {
    const session = await Session.start({
      ...order,
      robot: robot?.address ?? 'in-process',
      ...(robot ? { robotSimulated: robot.simulated } : {}),
      armId: robot?.armId ?? null,
    })
    const result = await watch(session, input, robot)
    // A person's signal ends a run as wished; every other problem that ended it early is a failure.
    if (result.end === 'failed' || (result.progress.problem && !input.signal.aborted)) throw failure(result)
    // A person who ends a run waits for nothing more.
    const checked = await checkFile(order.path, watchOf(input, 'checked'))
    return report(session, result, checked, robot)
  } finally {
    await robot?.release()
  }
}

function collectOrder(input: VerbInput): Omit<SessionOrder, 'control' | 'robot' | 'armId'> {
  const world = worldNameSchema.parse(input.text('world'))
  if (world !== 'panda-fci' && input.has('robot')) {
    const tip = 'Use --world panda-fci with --robot, or leave --robot out.'
    throw refusal(
      'bad-arguments',
      `World ${world} runs inside this process and takes no --robot. Nothing was started.`,
      tip,
    )
  }
  const asked = worldOptionsSchema.parse(input.has('inertia') ? { inertia: input.text('inertia') } : {})
  if (world === 'panda-fci') parseRobotAddress(input)
  const mode = input.text('mode', 'paper')
  const explorer = input.text('explorer')
  return {
    path: resolve(input.text('dataset')),
    world,
    worldOptions: worldOptions(world, asked),
    explorer,
    mode,
    settings: explorerSettings(native.describeExplorers(), explorer, mode, settingChanges(input.list('setting'))),
    seed: input.number('seed', 0),
    target: input.number('transitions'),
    stepsPerEpisode: input.number('steps-per-episode', 1000),
    operator: input.text('operator'),
    notes: input.text('notes'),
    diskFloorBytes: DISK_FLOOR_BYTES,
    live: false,
  }
}

function settingChanges(texts: string[]): Record<string, number> {
  return Object.fromEntries(
    texts.map((text) => {
      const match = /^([A-Za-z][\w-]*)=(.+)$/.exec(text)
      const value = Number(match?.[2])
      if (match && Number.isFinite(value)) return [match[1]!, value]
      throw refusal('bad-arguments', `--setting cannot be "${text}". Nothing was started.`, 'Give KEY=NUMBER.')
    }),
  )
}

/** Follows a run to its end: tells progress, passes the person's signal on, ends at a stop that nobody here can clear. */
async function watch(session: Session, input: VerbInput, robot: TakenRobot | null): Promise<SessionResult> {
  const { cutEpisode } = session
  if (cutEpisode) input.progress(cutText(cutEpisode))
  const { resumedFrom, target } = session.progress.current()
  if (resumedFrom > 0) input.progress(`continuing: ${resumedFrom} of ${target} transitions are there`)
  let toldAt = -Infinity
  const stopListening = session.progress.onChange(() => {
    const progress = session.progress.current()
    if (progress.state === 'paused' && progress.problem) session.end()
    if (performance.now() - toldAt < PROGRESS_EVERY_MS) return
    toldAt = performance.now()
    input.progress(progressLine(progress))
  })
  const end = (): void => session.end()
  if (input.signal.aborted) end()
  input.signal.addEventListener('abort', end, { once: true })
  robot?.beat()
  const result = await session.ended
  stopListening()
  input.signal.removeEventListener('abort', end)
  return result
}

function progressLine(progress: SessionProgress): string {
  const { transitions, target, episode, stepsPerS, etaS, state, learning } = progress
  const left = etaS === null ? '' : `, ${durationText(etaS)} left`
  const behind = learning && learning.behind > 0 ? ` (${learning.behind} behind)` : ''
  const updates = learning ? `, ${learning.updates} updates${behind}` : ''
  return `${transitions} of ${target} transitions, episode ${episode}, ${state}, ${stepsPerS.toFixed(0)} steps/s${updates}${left}`
}

function failure({ progress }: SessionResult): ProblemError {
  const { problem, transitions, dataset } = progress
  const { code, message, tip, details } = problem ?? {
    code: 'session-ended',
    message: 'The run ended without saying why.',
    tip: 'Continue the dataset. When this comes back, report it.',
    details: undefined,
  }
  return refusal(code, `${message} ${transitions} transitions are in ${dataset?.path ?? 'the dataset'}.`, tip, details)
}

/** `checked`: what the file says after it was closed; null when nobody waited for it. */
function report(
  session: Session,
  result: SessionResult,
  checked: CheckReport | null,
  robot: TakenRobot | null,
): VerbResult {
  const { progress, violations, wallS } = result
  const { path, world, explorer, mode, seed } = session.order
  const { transitions, episodesFinished: episodes, resumedFrom, lateTicks, target } = progress
  const stepsPerS = wallS > 0 ? (transitions - resumedFrom) / wallS : 0
  const json = {
    dataset: path,
    world,
    world_options: session.order.worldOptions,
    explorer,
    mode,
    seed,
    transitions,
    episodes,
    resumed_from: resumedFrom,
    late_ticks: lateTicks,
    wall_s: wallS,
    steps_per_s: stepsPerS,
    cut_episode: session.cutEpisode,
    end_reasons: progress.endReasons,
    coverage: progress.coverage?.fraction ?? null,
    ...(world === 'panda' ? { violations } : {}),
    ...(robot ? { tightened_limits: robot.tightenedLimits } : {}),
    check: checked && checkJson(checked),
  }
  const text = `${transitions} of ${target} transitions in ${episodes} episodes at ${path}, ${stepsPerS.toFixed(0)} steps/s`
  const verdict = checked
    ? `\nCheck: ${checkVerdict(checked)} This lists everything: ${terminalCommand('check', path)}`
    : ''
  return { json, text: text + verdict, exitCode: checked?.ok === false ? 1 : 0 }
}

/** Verdict and figures; the findings themselves are told by the verb `check`. */
function checkJson({ ok, problems, figures }: CheckReport): Record<string, unknown> {
  const notes = problems.filter(({ severity }) => severity === 'note').length
  return { ok, problems: problems.length - notes, notes, figures: figuresJson(figures) }
}

export const verb: Verb = {
  name: 'collect',
  summary: 'Explores and records until the dataset has N transitions in all. Continues FILE when it exists.',
  operands: [],
  options: [
    { name: 'world', kind: 'text', choices: worldNameSchema.options, required: true, help: 'what explores' },
    { name: 'explorer', kind: 'text', placeholder: 'E', required: true, help: 'how it explores, e.g. random' },
    {
      name: 'inertia',
      kind: 'text',
      choices: worldOptionsSchema.shape.inertia.unwrap().options,
      help: 'masses of a locomotion world: legacy as in the paper and D4RL (default), exact as in Gymnasium v4 and v5',
    },
    { name: 'mode', kind: 'text', choices: modeSchema.options, help: 'variant of the explorer, default paper' },
    {
      name: 'transitions',
      kind: 'integer',
      placeholder: 'N',
      minimum: 1,
      maximum: 100_000_000,
      required: true,
      help: 'transitions in all, including what is there',
    },
    { name: 'seed', kind: 'integer', placeholder: 'S', minimum: 0, maximum: 0xffffffff, help: 'default 0' },
    { name: 'dataset', kind: 'text', placeholder: 'FILE', required: true, help: 'dataset file' },
    {
      name: 'steps-per-episode',
      kind: 'integer',
      placeholder: 'N',
      minimum: 1,
      maximum: 100_000,
      help: 'longest episode, default 1000',
    },
    {
      name: 'setting',
      kind: 'text',
      placeholder: 'KEY=VALUE',
      repeat: true,
      help: 'explorer setting that differs from the mode',
    },
    {
      name: 'robot',
      kind: 'text',
      placeholder: 'HOST[:PORT]',
      help: 'address of the arm, for panda-fci; port 1337 unless given',
    },
    {
      name: 'workspace-clear',
      kind: 'flag',
      help: 'you state that nobody and nothing is inside the box of a real arm',
    },
    { name: 'operator', kind: 'text', placeholder: 'NAME', help: 'who runs it, for the run sheet' },
    { name: 'notes', kind: 'text', placeholder: 'TEXT', help: 'for the run sheet' },
  ],
  run: collect,
}
