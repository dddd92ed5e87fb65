import { resolve } from 'node:path'
import { DatasetReader } from '../dataset/dataset-reader.ts'
import { recoverDataset } from '../dataset/recover.ts'
import { bytesText } from '../platform/disk.ts'
import type { Verb, VerbInput, VerbResult } from './verb.ts'

/** What a dataset holds. An episode that a dead process left open is closed first. */
function info(input: VerbInput): VerbResult {
  const path = resolve(input.operands[0]!)
  const cut = recoverDataset(path)
  if (cut)
    input.progress(`episode ${cut.episode} was cut at step ${cut.steps} when the last run died; its steps are kept`)
  const reader = new DatasetReader(path)
  try {
    const {
      summary,
      sheet,
      endReasons,
      coverage,
      lateTicks,
      slowedSteps,
      clippedSteps,
      length,
      return: returns,
    } = reader.detail()
    const { world, explorer, mode, seed, transitions, episodes, bytes, target, state } = summary
    const json = {
      dataset: path,
      id: summary.id,
      world,
      world_options: sheet.worldOptions,
      explorer,
      mode,
      seed,
      transitions,
      target,
      state,
      episodes,
      end_reasons: endReasons,
      // Null for an arm: its data carry no reward, a task computes its own.
      return: returns,
      length,
      // Episodes of each skill; null for an explorer without skills.
      skills: reader.skills(),
      coverage: coverage && {
        cell_size_m: coverage.cellSizeM,
        cells_reached: coverage.cellsReached,
        cells_total: coverage.cellsTotal,
        fraction: coverage.fraction,
      },
      late_ticks: lateTicks,
      slowed_steps: slowedSteps,
      clipped_steps: clippedSteps,
      bytes,
      settings: sheet.settings,
      created_at: new Date(sheet.createdAt).toISOString(),
      hash: reader.contentHash(),
    }
    return { json, text: infoText(json) }
  } finally {
    reader.close()
  }
}

interface InfoJson {
  dataset: string
  world: string
  world_options: Record<string, string>
  explorer: string
  mode: string
  seed: number
  transitions: number
  target: number
  state: string
  episodes: number
  end_reasons: Record<string, number>
  length: { mean: number; max: number }
  skills: Record<string, number> | null
  return: { mean: number; std: number } | null
  coverage: { cells_reached: number; cells_total: number; fraction: number } | null
  bytes: number
}

function infoText(info: InfoJson): string {
  const reasons = Object.entries(info.end_reasons).map(([reason, n]) => `${reason} ${n}`)
  const { coverage } = info
  const lines: [string, string][] = [
    [
      'world',
      [info.world, ...Object.entries(info.world_options).map(([name, value]) => `${name} ${value}`)].join(', '),
    ],
    ['explorer', `${info.explorer}, mode ${info.mode}, seed ${info.seed}`],
    ['transitions', `${info.transitions} of ${info.target} (${info.state})`],
    ['episodes', `${info.episodes}, mean length ${info.length.mean.toFixed(1)}, longest ${info.length.max}`],
    ...skillLine(info.skills),
    ['return', info.return ? `${info.return.mean.toFixed(1)} ± ${info.return.std.toFixed(1)}` : 'none'],
    ['end reasons', reasons.join(', ') || 'none'],
    ['coverage', coverage ? `${coverage.cells_reached} of ${coverage.cells_total} cells of 5 cm` : 'none'],
    ['size', bytesText(info.bytes)],
  ]
  return [info.dataset, ...lines.map(([name, value]) => `  ${name.padEnd(13)}${value}`)].join('\n')
}

function skillLine(skills: InfoJson['skills']): [string, string][] {
  if (!skills) return []
  const counts = Object.entries(skills).map(([skill, episodes]) => `${skill} (${episodes})`)
  return [['skills', `${counts.length}, with their episodes: ${counts.join(', ')}`]]
}

export const verb: Verb = {
  name: 'info',
  summary: 'What a dataset holds.',
  operands: ['FILE'],
  options: [],
  run: (input) => Promise.resolve().then(() => info(input)),
}
