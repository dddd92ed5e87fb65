import type { RunSheet } from '../../../src/contract/dataset.ts'
import type { EndReason } from '../../../src/contract/dataset.ts'
import { formatVersionOf } from '../../../src/main/dataset/dataset-format.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { stepRow } from '../../../src/main/world/step-row.ts'
import type { StepRow } from '../../../src/main/world/step-row.ts'
import { worldSpec } from '../../../src/main/world/open-world.ts'
import { BOX, sheet } from '../dataset/synthetic.ts'
import { Mutations } from '../policy/mutations.ts'

const REASONS: readonly EndReason[] = ['terminal', 'step-limit', 'safety-limit', 'reflex', 'operator-stop', 'crash']

/** Worlds that differ in what an episode holds. */
export const KINDS = ['arm', 'locomotion', 'skills'] as const
export type Kind = (typeof KINDS)[number]

export interface RandomDataset {
  kind: Kind
  seed: number
  /** Episodes; their lengths are drawn from 1..longest. */
  episodes: number
  longest: number
  notes?: string
}

/** Columns of the world of a kind. */
function columnsOf(kind: Kind): Partial<RunSheet> {
  if (kind === 'arm') return {}
  const { name, observation, action, hasReward, simulatorState, stepPeriodS, options } = worldSpec({
    world: 'Hopper-v1',
    options: {},
    robot: 'in-process',
  })
  return { world: name, worldOptions: options, observation, action, hasReward, simulatorState, stepPeriodS }
}

/** Records episodes of random lengths, values and ends. The same order gives the same dataset. */
export function recordRandom(path: string, { kind, seed, episodes, longest, notes = '' }: RandomDataset): void {
  const random = new Mutations(seed)
  const columns = columnsOf(kind)
  const lengths = Array.from({ length: episodes }, () => 1 + random.below(longest))
  const target = lengths.reduce((sum, length) => sum + length, 0)
  const limits = { stepsPerEpisode: Math.max(longest, ...lengths), target }
  const learns = kind === 'skills'
  const whole = sheet({ id: `${kind} ${seed}`, ...limits, notes, ...columns, explorer: learns ? 'diayn' : 'random' })
  const of = { ...whole, formatVersion: formatVersionOf(whole, learns) }
  const recorder = openRecording({
    path,
    sheet: of,
    box: kind === 'arm' ? BOX : null,
    explorerLearns: learns,
  })
  const row = stepRow(of.observation.length, of.action.length, of.simulatorState.length)
  for (const [i, steps] of lengths.entries()) {
    fill(row, random, i, 0)
    recorder.beginEpisode(row, learns ? random.below(4) : null)
    for (let t = 1; t <= steps; t++) {
      fill(row, random, i, t)
      recorder.append(row)
    }
    recorder.endEpisode(endOf(steps === longest ? 'step-limit' : random.pick(REASONS), steps), Uint8Array.of(i))
  }
  recorder.close()
}

function endOf(reason: EndReason, steps: number) {
  const stopped = reason === 'safety-limit' || reason === 'reflex'
  return {
    reason,
    message: reason === 'step-limit' ? '' : `Größe zu klein, 停止 after ${steps} steps.`,
    stopCode: stopped ? 'joint-limit' : '',
    stopTitle: stopped ? 'Joint 4 – limit' : '',
  }
}

function fill(row: StepRow, random: Mutations, episode: number, t: number): void {
  const uniform = (): number => 2 * random.random() - 1
  for (let i = 0; i < row.observation.length; i++) row.observation[i] = uniform()
  for (let i = 0; i < row.action.length; i++) row.action[i] = 1.2 * uniform()
  for (let i = 0; i < row.sent.length; i++) row.sent[i] = uniform()
  for (let i = 0; i < row.simulatorState.length; i++) row.simulatorState[i] = 3 * uniform()
  if (row.simulatorState.length === 0) row.tooltip.set([0.4 + 0.2 * uniform(), 0.3 * uniform(), 0.4 + 0.2 * uniform()])
  row.reward[0] = uniform()
  row.tickTime[0] = BigInt(episode) * 1_000_000_000_000n + BigInt(t) * 50_000_000n + BigInt(random.below(1000))
  row.info[0] = random.below(2) === 0 ? 0 : random.below(1 << 14)
}

/** Everything of a dataset that another tool could be asked to keep, by episode. */
export function contentOf(path: string) {
  const reader = new DatasetReader(path)
  try {
    const episodes = reader.episodeNumbers().map((number) => reader.recordedEpisode(number))
    const kept = { ...reader.sheet, id: '', name: '', imported: null }
    return { sheet: kept, episodes }
  } finally {
    reader.close()
  }
}
