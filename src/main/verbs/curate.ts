import { resolve } from 'node:path'
import { curationChangeSchema } from '../../contract/curation.ts'
import type { CurationWish } from '../../contract/curation.ts'
import { refusal } from '../../contract/problem.ts'
import { terminalCommand } from '../../contract/terminal-command.ts'
import { curateDataset } from '../dataset/curation/curate-dataset.ts'
import { DatasetReader } from '../dataset/dataset-reader.ts'
import { changeText, describeCuration } from '../dataset/curation/describe-curation.ts'
import { keptHash, keptRanges } from '../dataset/curation/kept-episodes.ts'
import { parseEpisodes, parseSteps } from './episode-list.ts'
import type { Verb, VerbInput, VerbResult } from './verb.ts'

const ACTIONS = ['state', 'exclude', 'restore', 'trim', 'whole', 'tag', 'untag', 'note', 'undo', 'redo'] as const
type Action = (typeof ACTIONS)[number]

/** Leaves episodes of a dataset out, or says what is left out. The recorded data never change; every event can be undone. */
async function curate(input: VerbInput): Promise<VerbResult> {
  const path = resolve(input.operands[0]!)
  const action = readAction(input.operands[1] ?? 'state')
  const done = action === 'state' ? null : await curateDataset(path, readWish(action, input), input.text('operator'))
  const reader = new DatasetReader(path)
  try {
    const { kept, tags, note, episodeTags, undo, redo, history } = describeCuration(reader)
    const says = done && changeText(done.change, reader.curationEvents())
    const { excluded, trims } = reader.curation()
    return {
      json: {
        dataset: path,
        event: done && { sequence: done.sequence, says },
        episodes: kept.episodes,
        transitions: kept.transitions,
        excluded_episodes: [...excluded].sort((a, b) => a - b),
        trimmed_episodes: [...trims].map(([episode, { from, to }]) => ({
          episode,
          first_step: from + 1,
          last_step: to,
        })),
        left_out_transitions: kept.leftOutTransitions,
        tags,
        episode_tags: episodeTags,
        note,
        undo,
        redo,
        history,
        hash: keptHash(reader.episodeLengths(), keptRanges(reader)),
      },
      text: [
        ...(says === null
          ? []
          : [`${says}. Nothing was erased; curate ${action === 'undo' ? 'redo' : 'undo'} takes it back.`]),
        `${path}: ${kept.episodes} episodes with ${kept.transitions} transitions are kept.`,
        `  left out: ${kept.excludedEpisodes} episodes excluded, ${kept.trimmedEpisodes} trimmed, ${kept.leftOutTransitions} transitions`,
        ...(done ? [] : history.map(historyLine)),
      ].join('\n'),
    }
  } finally {
    reader.close()
  }
}

const historyLine = ({
  sequence,
  atMs,
  operator,
  says,
  inForce,
}: ReturnType<typeof describeCuration>['history'][number]) =>
  `  ${sequence}  ${new Date(atMs).toISOString()}  ${operator}  ${says}${inForce ? '' : ' (undone)'}`

function readAction(word: string): Action {
  const action = ACTIONS.find((each) => each === word)
  if (action) return action
  throw refusal('bad-arguments', `curate cannot "${word}". Nothing is changed.`, `It can: ${ACTIONS.join(', ')}.`)
}

function readWish(action: Exclude<Action, 'state'>, input: VerbInput): CurationWish {
  if (action === 'undo') return { kind: 'undo-last' }
  if (action === 'redo') return { kind: 'redo-last' }
  const episodes = input.has('episodes') ? parseEpisodes(input.text('episodes')) : null
  const change = { kind: kindOf(action, episodes !== null), ...(episodes && { episodes }), ...valueOf(action, input) }
  const parsed = curationChangeSchema.safeParse(change)
  if (parsed.success) return parsed.data
  if (episodes === null && !action.includes('tag') && action !== 'note') throw missing('--episodes', '3,7-9')
  const [issue] = parsed.error.issues
  throw refusal(
    'bad-arguments',
    `${issue?.message ?? 'This cannot be done.'} Nothing is changed.`,
    `See: ${terminalCommand('curate', '--help')}`,
  )
}

/** Without episodes, tags and notes are those of the dataset. */
function kindOf(action: Exclude<Action, 'state' | 'undo' | 'redo'>, ofEpisodes: boolean): string {
  if (action === 'whole') return 'trim'
  return ofEpisodes || !['tag', 'untag', 'note'].includes(action) ? action : `${action}-dataset`
}

function valueOf(action: Action, input: VerbInput): { value?: unknown } {
  switch (action) {
    case 'trim':
      if (!input.has('steps')) throw missing('--steps', '11..900')
      return { value: parseSteps(input.text('steps')) }
    case 'whole':
      return { value: null }
    case 'tag':
    case 'untag':
      if (!input.has('tag')) throw missing('--tag', 'shaky')
      return { value: input.text('tag') }
    case 'note':
      return { value: input.text('text') }
    default:
      return {}
  }
}

function missing(option: string, example: string): Error {
  return refusal('bad-arguments', `${option} is missing. Nothing is changed.`, `For example: ${option} ${example}.`)
}

export const verb: Verb = {
  name: 'curate',
  summary:
    'Leaves episodes or steps of a dataset out of training, figures and exports; tags and notes. Nothing recorded changes.\n' +
    `ACTION: ${ACTIONS.join(', ')}.`,
  operands: ['FILE', '[ACTION]'],
  options: [
    {
      name: 'episodes',
      kind: 'text',
      placeholder: '3,7-9',
      help: 'which episodes; tags and notes without are of the dataset',
    },
    { name: 'steps', kind: 'text', placeholder: '11..900', help: 'first and last step that trim keeps' },
    { name: 'tag', kind: 'text', placeholder: 'TAG', help: 'for tag and untag' },
    { name: 'text', kind: 'text', placeholder: 'TEXT', help: 'for note; without it the note is taken away' },
    { name: 'operator', kind: 'text', placeholder: 'NAME', help: 'who decides; stored with the event' },
  ],
  run: curate,
}
