import { resolve } from 'node:path'
import { endReasonSchema } from '../../contract/dataset.ts'
import type { EndReason } from '../../contract/dataset.ts'
import { ProblemError, refusal } from '../../contract/problem.ts'
import { terminalCommand } from '../../contract/terminal-command.ts'
import { viewRulesSchema } from '../../contract/view.ts'
import type { View, ViewCounts, ViewRules } from '../../contract/view.ts'
import { countView } from '../dataset/curation/count-view.ts'
import { VIEW_EXTENSION, isViewPath, newView, readView, writeView } from '../dataset/curation/view-file.ts'
import type { Verb, VerbInput, VerbResult } from './verb.ts'

/** Says what a view holds, or makes one of datasets and rules; with --dry-run the counts alone. */
function tellOrMake(input: VerbInput): VerbResult {
  const path = resolve(input.operands[0]!)
  if (!isViewPath(path))
    throw refusal('bad-arguments', `${path} is no name of a view. Nothing is written.`, `It ends in ${VIEW_EXTENSION}.`)
  const sources = input.list('source')
  if (sources.length === 0) return told(path, readView(path), false)
  const made = newView(path, sources, readRules(input), input.text('operator'))
  const dry = input.flag('dry-run')
  const counts = countView(path, made)
  if (counts.problem) throw new ProblemError(counts.problem)
  if (!dry) writeView(path, made)
  return told(path, made, !dry, counts)
}

function readRules(input: VerbInput): ViewRules {
  const number = (name: string): number | null => (input.has(name) ? input.number(name) : null)
  const split = input.has('share') ? { seed: input.number('share-seed', 0), ...readShare(input.text('share')) } : null
  const parsed = viewRulesSchema.safeParse({
    endReasons: input.list('end-reason'),
    minSteps: number('min-steps'),
    maxSteps: number('max-steps'),
    tags: input.list('tag'),
    withoutTags: input.list('without-tag'),
    explorers: input.list('explorer'),
    split,
  })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw refusal(
    'bad-arguments',
    `A rule cannot be used: ${issue?.message ?? ''} Nothing is written.`,
    `See: ${terminalCommand('view', '--help')}`,
  )
}

/** `0..0.8` */
function readShare(text: string): { from: number; to: number } {
  const [, from, to] = /^([\d.]+)\.\.([\d.]+)$/.exec(text) ?? []
  if (from !== undefined && to !== undefined && Number.isFinite(Number(from)) && Number.isFinite(Number(to)))
    return { from: Number(from), to: Number(to) }
  throw refusal(
    'bad-arguments',
    `"${text}" is no share. Nothing is written.`,
    'Give two numbers from 0 to 1, for example --share 0..0.8 for training and --share 0.8..1 for the rest.',
  )
}

function told(path: string, view: View, saved: boolean, counts?: ViewCounts): VerbResult {
  const found = counts ?? countView(path, view)
  const { episodes, transitions, endReasons, problem } = found
  return {
    json: {
      view: path,
      saved,
      rules: view.rules,
      episodes,
      transitions,
      end_reasons: endReasons,
      sources: found.sources.map(({ ofEpisodes, ofTransitions, ...source }) => ({
        ...source,
        of_episodes: ofEpisodes,
        of_transitions: ofTransitions,
      })),
      problem,
    },
    text: [
      `${path}: ${episodes} episodes, ${transitions} transitions${saved ? '; saved' : ''}`,
      ...found.sources.map(
        (source) =>
          `  ${source.path}: ${source.problem ?? `${source.episodes} of ${source.ofEpisodes} episodes, ${source.transitions} of ${source.ofTransitions} transitions`}`,
      ),
      ...(problem ? [`  ${problem.message} ${problem.tip}`] : []),
    ].join('\n'),
    exitCode: problem ? 1 : 0,
  }
}

const END_REASONS: readonly EndReason[] = endReasonSchema.options

export const verb: Verb = {
  name: 'view',
  summary:
    'Several datasets, or a part of them, as one: by reference, with rules. FILE ends in .forager-view; train takes it as --dataset.\n' +
    'Without --source it says what the view holds now.',
  operands: ['FILE'],
  options: [
    { name: 'source', kind: 'text', placeholder: 'DATASET', help: 'what it is made of', repeat: true },
    { name: 'end-reason', kind: 'text', placeholder: 'REASON', choices: END_REASONS, help: 'only these', repeat: true },
    { name: 'min-steps', kind: 'integer', minimum: 1, help: 'shortest kept episode' },
    { name: 'max-steps', kind: 'integer', minimum: 1, help: 'longest kept episode' },
    { name: 'tag', kind: 'text', placeholder: 'TAG', help: 'episodes or datasets with one of these', repeat: true },
    { name: 'without-tag', kind: 'text', placeholder: 'TAG', help: 'and with none of these', repeat: true },
    { name: 'explorer', kind: 'text', placeholder: 'NAME', help: 'datasets of these explorers', repeat: true },
    { name: 'share', kind: 'text', placeholder: '0..0.8', help: 'a share of the episodes, drawn by their identity' },
    { name: 'share-seed', kind: 'integer', minimum: 0, maximum: 0xffffffff, help: 'another draw' },
    { name: 'dry-run', kind: 'flag', help: 'count only, write nothing' },
    { name: 'operator', kind: 'text', placeholder: 'NAME', help: 'who makes it; stored in the view' },
  ],
  run: (input) => Promise.resolve().then(() => tellOrMake(input)),
}
