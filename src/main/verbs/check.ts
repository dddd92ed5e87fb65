import { resolve } from 'node:path'
import { refusal } from '../../contract/problem.ts'
import { checkFile } from '../dataset/audit/check-dataset.ts'
import { checkVerdict, figureLines, figuresJson } from './check-text.ts'
import { healDataset } from './cut-text.ts'
import { watchOf } from './pass-telling.ts'
import type { Verb, VerbInput, VerbResult } from './verb.ts'

/** Integrity and quality of a dataset. Exit code 1 when something does not hold. */
async function check(input: VerbInput): Promise<VerbResult> {
  const path = resolve(input.operands[0]!)
  healDataset(path, input)
  const report = await checkFile(path, watchOf(input, 'checked'), input.flag('all'))
  if (!report) throw checkStopped(path)
  const { ok, problems, episodes, excludedEpisodes, figures } = report
  const lines = problems.map(({ message, tip, code }) => `  ${message} ${tip} (${code})`)
  const leftOut =
    excludedEpisodes > 0 ? [`  ${excludedEpisodes} excluded episodes were not looked at; --all does.`] : []
  const facts = episodes > 0 ? figureLines(figures).map((line) => `  ${line}`) : []
  return {
    json: { ok, problems, episodes, excluded_episodes: excludedEpisodes, figures: figuresJson(figures) },
    text: [`${path}: ${checkVerdict(report)}`, ...leftOut, ...facts, ...lines].join('\n'),
    exitCode: ok ? 0 : 1,
  }
}

function checkStopped(path: string): Error {
  return refusal('check-stopped', `The check of ${path} was stopped. Nothing is changed.`, 'Start it again.')
}

export const verb: Verb = {
  name: 'check',
  summary: 'Checks a dataset: checksums, counts, values, units, limits, jumps, timing, idleness, end reasons.',
  operands: ['FILE'],
  options: [{ name: 'all', kind: 'flag', help: 'excluded episodes and trimmed-off steps too' }],
  run: check,
}
