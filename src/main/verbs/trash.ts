import { statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { refusal } from '../../contract/problem.ts'
import { terminalCommand } from '../../contract/terminal-command.ts'
import { TRASH_DAYS } from '../../contract/trash.ts'
import type { TrashEntry } from '../../contract/trash.ts'
import { Trash } from '../dataset/curation/trash.ts'
import { bytesText } from '../platform/disk.ts'
import { stationHome } from '../platform/station-home.ts'
import type { Verb, VerbInput, VerbResult } from './verb.ts'

/** Puts a dataset or a view away, lists what was put away, brings one back, or erases it for good. */
function trash(input: VerbInput): VerbResult {
  const [file] = input.operands
  const folder = file === undefined ? input.text('folder', join(stationHome(), 'datasets')) : dirname(resolve(file))
  const asked = [file !== undefined, input.has('restore'), input.has('erase')].filter(Boolean).length
  if (asked > 1)
    throw refusal('bad-arguments', 'One thing at a time. Nothing is changed.', 'Give FILE, --restore or --erase.')
  if (input.has('folder') && file !== undefined)
    throw refusal(
      'bad-arguments',
      'A file goes to the trash of its own folder. Nothing is changed.',
      'Leave --folder out.',
    )
  if (input.has('folder') && !statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw refusal('folder-missing', `There is no folder ${resolve(folder)}. Nothing is changed.`, 'Check --folder.')
  const bin = new Trash(folder)
  const put = file === undefined ? null : bin.put(file)
  if (input.has('restore')) bin.restore(input.text('restore'))
  if (input.has('erase')) bin.erase(input.text('erase'))
  const entries = bin.list()
  return {
    json: { folder: resolve(folder), put: put && put.id, entries: entries.map(entryJson) },
    text: [
      ...(put
        ? [
            `${put.name} is in the trash. This brings it back: ${terminalCommand('trash', '--folder', resolve(folder), '--restore', put.id)}`,
          ]
        : []),
      entries.length === 0 ? 'The trash is empty.' : `In the trash, for at least ${TRASH_DAYS} days:`,
      ...entries.map(entryLine),
    ].join('\n'),
  }
}

function entryJson({ id, kind, name, originalPath, trashedAt, bytes }: TrashEntry) {
  return { id, kind, name, original_path: originalPath, trashed_at: new Date(trashedAt).toISOString(), bytes }
}

const entryLine = ({ id, name, trashedAt, bytes }: TrashEntry): string =>
  `  ${id}  ${new Date(trashedAt).toISOString().slice(0, 10)}  ${bytesText(bytes).padStart(9)}  ${name}`

export const verb: Verb = {
  name: 'trash',
  summary: 'Puts a dataset or view away, so that it can be brought back. Nothing is erased but by --erase.',
  operands: ['[FILE]'],
  options: [
    { name: 'folder', kind: 'text', placeholder: 'DIR', help: 'whose trash; that of the station unless given' },
    { name: 'restore', kind: 'text', placeholder: 'ID', help: 'bring back what the list names so' },
    { name: 'erase', kind: 'text', placeholder: 'ID', help: 'erase it for good' },
  ],
  run: (input) => Promise.resolve().then(() => trash(input)),
}
