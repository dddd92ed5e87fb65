import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type Database from 'better-sqlite3'
import { datasetSummarySchema } from '../../contract/dataset.ts'
import type { DatasetSummary } from '../../contract/dataset.ts'
import { problemOf, refusal } from '../../contract/problem.ts'
import { DATASET_EXTENSION, datasetNameOf } from '../platform/dataset-name.ts'
import { openOwnDatabase } from '../platform/own-database.ts'
import type { DatabaseForm } from '../platform/own-database.ts'
import { setAside } from '../platform/set-aside.ts'
import { DatasetReader } from './dataset-reader.ts'
import { inspectHeader } from './dataset-format.ts'
import { logPath } from './log-path.ts'
import { recoverDataset } from './recover.ts'
import { restingState } from './resting-state.ts'

/** Of this program: `FCAT`, like the application id of a dataset. */
const CATALOGUE_ID = 0x46434154

const SCHEMA = `
CREATE TABLE dataset (
  path TEXT PRIMARY KEY,
  outside INTEGER NOT NULL,       -- 1: not in the datasets folder, added by a person
  stamp TEXT NOT NULL,            -- size and times of the file when it was read
  summary TEXT NOT NULL           -- DatasetSummary as JSON
) STRICT;
`

interface Entry {
  path: string
  outside: number
  stamp: string
  summary: string
}

/**
 * Index of the dataset files: those in one folder and those a person added from elsewhere. It holds nothing that the
 * files do not hold, apart from where the added ones are; a damaged index is set aside and
 * made anew.
 */
export class Catalogue {
  /** What a person is told about the index; null when all is well. */
  notice: string | null = null
  private readonly folder: string
  private readonly db: Database.Database

  /** `home`: the station's folder; the datasets lie in `home/datasets`. */
  constructor(home: string) {
    this.folder = join(home, 'datasets')
    mkdirSync(this.folder, { recursive: true })
    this.db = openOwnDatabase(join(home, 'catalogue.db'), FORM, (path) => {
      this.notice = setAside(path, 'the list was made anew. Add datasets again that lie outside the station.')
    })
  }

  /** Looks at the folder and the added files again and returns what is there, newest first. Reads only what changed. */
  refresh(): DatasetSummary[] {
    const known = new Map(this.entries().map((entry) => [entry.path, entry]))
    const inFolder = readdirSync(this.folder)
      .filter((name) => name.endsWith(DATASET_EXTENSION) && !name.startsWith('.'))
      .map((name) => join(this.folder, name))
    const outside = [...known.values()].filter((entry) => entry.outside === 1).map((entry) => entry.path)
    const wanted = new Set([...inFolder, ...outside])
    const forget = this.db.prepare('DELETE FROM dataset WHERE path = ?')
    for (const path of known.keys()) if (!wanted.has(path)) forget.run(path)
    const summaries = [...wanted].map((path) => this.look(path, known.get(path) ?? null, outside.includes(path)))
    return uniqueIds(summaries).sort((a, b) => b.updatedAt - a.updatedAt || a.path.localeCompare(b.path))
  }

  /** Adds a dataset that lies elsewhere. Refuses what is not a dataset that this program can open. */
  add(path: string): DatasetSummary {
    const absolute = resolve(path)
    inspectHeader(absolute)
    return this.look(absolute, null, !absolute.startsWith(join(this.folder, '/')))
  }

  /** Takes an added dataset off the list; its file is not touched. One of the folder stays: it lies there. */
  forget(path: string): void {
    this.db.prepare('DELETE FROM dataset WHERE path = ? AND outside = 1').run(path)
  }

  /** The dataset of that id. Refuses with `dataset-unknown`. */
  find(id: string): DatasetSummary {
    const found = this.refresh().find((summary) => summary.id === id)
    if (found) return found
    throw refusal(
      'dataset-unknown',
      'There is no dataset of that name any more. Nothing is changed.',
      'Choose one from the list.',
      id,
    )
  }

  close(): void {
    this.db.close()
  }

  private entries(): Entry[] {
    return this.db.prepare<[], Entry>('SELECT * FROM dataset').all()
  }

  private look(path: string, known: Entry | null, outside: boolean): DatasetSummary {
    const stamp = stampOf(path)
    const before = known ? datasetSummarySchema.safeParse(JSON.parse(known.summary)).data : undefined
    if (known && before && known.stamp === stamp && isAtRest(before)) return before
    const summary = stamp === '' ? missing(path, before) : summarise(path, before)
    this.db
      .prepare('INSERT OR REPLACE INTO dataset (path, outside, stamp, summary) VALUES (?, ?, ?, ?)')
      // Healing may have changed the file.
      .run(path, outside ? 1 : 0, stampOf(path), JSON.stringify(summary))
    return summary
  }
}

const FORM: DatabaseForm = {
  id: CATALOGUE_ID,
  schema: SCHEMA,
  probes: ['SELECT path, outside, stamp, summary FROM dataset LIMIT 1'],
}

/** An index of before may call a run unfinished that only had episodes left out: such a file is read again. */
function isAtRest(summary: DatasetSummary): boolean {
  const { state } = summary
  return state !== 'recording' && (state !== 'unfinished' || restingState(summary) === 'unfinished')
}

/** Empty when there is no file. */
function stampOf(path: string): string {
  const parts = [path, logPath(path)].map((each) => statSync(each, { throwIfNoEntry: false }))
  if (!parts[0]) return ''
  return parts.map((stat) => (stat ? `${stat.ino}:${stat.size}:${stat.mtimeMs}` : '-')).join(' ')
}

function summarise(path: string, before: DatasetSummary | undefined): DatasetSummary {
  try {
    recoverDataset(path)
    const reader = new DatasetReader(path)
    try {
      return reader.detail().summary
    } finally {
      reader.close()
    }
  } catch (error) {
    const { code, message, tip } = problemOf(error)
    return { ...unread(path, before), state: 'damaged', problem: { code, message, tip } }
  }
}

function missing(path: string, before: DatasetSummary | undefined): DatasetSummary {
  const message = `${path} is not there any more. Its drive may be unplugged.`
  const problem = { code: 'dataset-missing', message, tip: 'Bring the file back, or take it off the list.' }
  return { ...unread(path, before), state: 'missing', problem }
}

/** What is said of a file that cannot be read: what was known before, or nothing. */
function unread(path: string, before: DatasetSummary | undefined): DatasetSummary {
  const about = { world: '', explorer: '', mode: '', seed: 0, target: 0, createdAt: 0, tags: [], curation: 0 }
  const counts = { transitions: 0, episodes: 0, excludedEpisodes: 0, trimmedEpisodes: 0, leftOutTransitions: 0 }
  const stat = statSync(path, { throwIfNoEntry: false })
  const size = { bytes: stat?.size ?? 0, updatedAt: Math.round(stat?.mtimeMs ?? before?.updatedAt ?? 0) }
  return {
    id: pathId(path),
    ...about,
    ...counts,
    ...before,
    name: datasetNameOf(path),
    path,
    ...size,
    state: 'damaged',
    problem: null,
  }
}

function pathId(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16)
}

/** A copied file carries the id of its original; in the list each file needs its own. */
function uniqueIds(summaries: DatasetSummary[]): DatasetSummary[] {
  const seen = new Set<string>()
  return summaries.map((summary) => {
    const id = seen.has(summary.id) ? `${summary.id}:${pathId(summary.path)}` : summary.id
    seen.add(id)
    return id === summary.id ? summary : { ...summary, id }
  })
}
