import { resolve } from 'node:path'
import { checkDataset } from '../dataset/check-dataset.ts'
import { DatasetReader } from '../dataset/dataset-reader.ts'
import { recoverDataset } from '../dataset/recover.ts'
import type { Verb, VerbInput, VerbResult } from './verb.ts'

/** Integrity and quality of a dataset. Exit code 1 when something does not hold. */
function check(input: VerbInput): VerbResult {
  const path = resolve(input.operands[0]!)
  const cut = recoverDataset(path)
  if (cut)
    input.progress(`episode ${cut.episode} was cut at step ${cut.steps} when the last run died; its steps are kept`)
  const reader = new DatasetReader(path)
  try {
    const report = checkDataset(reader, input.flag('all'))
    const { episodes, excludedEpisodes } = report
    const damaged = report.problems.filter(({ severity }) => severity === 'problem')
    const bad = new Set(damaged.map(({ episode }) => episode).filter((episode) => episode !== null)).size
    const notes = report.problems.length - damaged.length
    const verdict = report.ok
      ? `All ${episodes} episodes of ${path} are intact.${notes > 0 ? ` Notes: ${notes}.` : ''}`
      : `${bad} of ${episodes} episodes of ${path} have problems; the other ${episodes - bad} are intact.`
    const lines = report.problems.map(({ message, tip, code }) => `  ${message} ${tip} (${code})`)
    const leftOut =
      excludedEpisodes > 0 ? [`  ${excludedEpisodes} excluded episodes were not looked at; --all does.`] : []
    return {
      json: { ok: report.ok, problems: report.problems, episodes, excluded_episodes: excludedEpisodes },
      text: [verdict, ...leftOut, ...lines].join('\n'),
      exitCode: report.ok ? 0 : 1,
    }
  } finally {
    reader.close()
  }
}

export const verb: Verb = {
  name: 'check',
  summary: 'Checks a dataset: checksums, counts, values, limits, jumps, gaps, end reasons.',
  operands: ['FILE'],
  options: [{ name: 'all', kind: 'flag', help: 'excluded episodes and trimmed-off steps too' }],
  run: (input) => Promise.resolve().then(() => check(input)),
}
