import { ProblemError } from '../../../contract/problem.ts'
import type { CheckReport } from '../../../contract/dataset.ts'
import { bytesText } from '../../platform/disk.ts'
import { checkEpisode } from './check-episode.ts'
import { DatasetAudit } from './dataset-audit.ts'
import { DatasetReader } from '../dataset-reader.ts'
import { pass } from '../browse/episode-pass.ts'
import type { Watch } from '../browse/episode-pass.ts'
import { jointColumns } from './joint-columns.ts'
import type { JointColumns } from './joint-columns.ts'
import { keptRanges } from '../curation/kept-episodes.ts'
import { leftoversOf } from '../leftovers.ts'
import type { Leftover } from '../leftovers.ts'
import { openDataset } from '../open-dataset.ts'
import { orphanedSteps } from '../orphaned-steps.ts'
import { hasLeftover } from '../recover.ts'
import { isBeingWritten } from '../single-writer-lock.ts'
import { withDatasetProblems } from '../sqlite-problem.ts'
import { keptPart, wholeRange } from '../curation/kept-range.ts'
import type { EpisodeLength, KeptRange } from '../curation/kept-range.ts'

type CheckProblem = CheckReport['problems'][number]

/** Findings that say how the run went, not that its data are wrong: a late tick is a fact, not an error. */
const NOTES: ReadonlySet<string> = new Set([
  'gap',
  'idle',
  'not-followed',
  'cut',
  'late-steps',
  'constant',
  'idle-run',
  'clipped-run',
  'slowed-run',
  'saturated',
])
/** Of the same finding in so many episodes each is told; of further ones only how many there are. */
const MOST_OF_A_KIND = 100

/**
 * The audit of a dataset, episode by episode, so that one of any size needs the memory of one episode: checksums, lengths,
 * counts, values that are not finite, units, limits, jumps, whether positions, speeds and sent actions agree, gaps in
 * time, end reasons; then what the whole says: late steps, constant signals, shares of idle, clipped and slowed steps.
 * Of a trimmed episode the values of the kept part are looked at. A damaged episode is one line; the others are checked.
 */
class DatasetCheck {
  readonly ranges: readonly KeptRange[]
  private readonly reader: DatasetReader
  private readonly lengths: readonly EpisodeLength[]
  private readonly joints: JointColumns
  private readonly audit: DatasetAudit
  private readonly problems: CheckProblem[] = []
  private readonly ofKind = new Map<string, number>()

  /** `all`: also what is excluded or trimmed. */
  constructor(reader: DatasetReader, all: boolean) {
    this.reader = reader
    this.lengths = reader.episodeLengths()
    this.ranges = all ? this.lengths.map(wholeRange) : keptRanges(reader)
    this.joints = jointColumns(reader.sheet)
    this.audit = new DatasetAudit(reader.sheet, this.joints)
  }

  add(range: KeptRange): void {
    const { reader, joints } = this
    try {
      const whole = reader.trainingEpisode(range.episode)
      const part = keptPart(whole, range, reader.shape)
      this.audit.add(part, range.from)
      for (const { code, step, text, tip } of checkEpisode(whole, part, range.from, reader.sheet, joints)) {
        this.tell(code, range.episode, step, `Episode ${range.episode}: ${text}`, tip)
      }
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      const { code, message, tip } = error.problem
      this.tell(code, range.episode, null, message, tip)
    }
  }

  private tell(code: string, episode: number | null, step: number | null, message: string, tip: string): void {
    const count = (this.ofKind.get(code) ?? 0) + 1
    this.ofKind.set(code, count)
    if (count > MOST_OF_A_KIND) return
    this.problems.push({ code, severity: NOTES.has(code) ? 'note' : 'problem', episode, step, message, tip })
  }

  report(): CheckReport {
    this.tellTotals()
    for (const { code, step, text, tip } of this.audit.findings()) this.tell(code, null, step, text, tip)
    const further = [...this.ofKind].filter(([, count]) => count > MOST_OF_A_KIND)
    for (const [code, count] of further) {
      const message = `The same (${code}) is found in ${count - MOST_OF_A_KIND} further episodes.`
      const severity = NOTES.has(code) ? 'note' : 'problem'
      this.problems.push({
        code,
        severity,
        episode: null,
        step: null,
        message,
        tip: 'Look at those that are named first.',
      })
    }
    return {
      ok: this.problems.every(({ severity }) => severity === 'note'),
      problems: this.problems,
      episodes: this.ranges.length,
      excludedEpisodes: this.lengths.length - this.ranges.length,
      figures: this.audit.figures(),
    }
  }

  private tellTotals(): void {
    const { transitions } = this.reader.totals()
    const { target } = this.reader.sheet
    // What was left out is recorded again, and may be restored afterwards.
    if (transitions > target && this.reader.curationEvents().length === 0) {
      const message = `The dataset has ${transitions} transitions, more than its target of ${target}.`
      this.tell('too-many', null, null, message, 'Report this: Forager never records more than the target.')
    }
    const missing = this.lengths.findIndex(({ episode }, i) => episode !== i + 1)
    if (missing < 0) return
    const message = `Episode ${missing + 1} is missing: episode ${this.lengths[missing]!.episode} follows ${missing}.`
    this.tell(
      'number',
      null,
      null,
      message,
      'Restore the file from a backup, or leave it as it is: the others are whole.',
    )
  }
}

/** Checks what is kept of a dataset, or with `all` everything that was recorded. */
export function checkDataset(reader: DatasetReader, all = false): CheckReport {
  const check = new DatasetCheck(reader, all)
  for (const range of check.ranges) check.add(range)
  return check.report()
}

/**
 * Checks the dataset at `path` as it is at the beginning, and names what interrupted work has left beside it. Tells
 * progress and gives the thread to others meanwhile; null when the watcher gave up. Refuses as a reader does.
 */
export async function checkFile(path: string, watch: Watch, all = false): Promise<CheckReport | null> {
  const reader = new DatasetReader(path)
  try {
    reader.holdState()
    const check = new DatasetCheck(reader, all)
    const size = ({ from, to }: KeptRange): number => to - from
    if (!(await pass(check.ranges, size, (range) => check.add(range), watch))) return null
    const report = check.report()
    const beside = [...notClosed(path), ...orphaned(path), ...leftoversOf(path).map(leftoverNote)]
    const problems = [...report.problems, ...beside]
    return { ...report, ok: report.ok && beside.every(({ severity }) => severity === 'note'), problems }
  } finally {
    reader.close()
  }
}

/** The last episode of a process that died, where nobody could close it: its steps are in no list and no figure. */
function notClosed(path: string): CheckProblem[] {
  if (isBeingWritten(path) || !hasLeftover(path)) return []
  const message = `The last episode of ${path} was cut when its run died, and it could not be closed: the file may not be written, it has a second name (hard link), or the start of the journal is damaged. All other episodes are looked at.`
  const tip =
    'Give this user the right to write there, or make a copy of a file with several names, and check again; otherwise restore the file from a backup.'
  return [{ code: 'not-closed', severity: 'problem', episode: null, step: null, message, tip }]
}

/** Steps whose episode another program closed while it was recorded: they are in no list and no figure. */
function orphaned(path: string): CheckProblem[] {
  const db = openDataset(path, { readonly: true })
  try {
    const { inJournal, setAside } = withDatasetProblems(path, () => orphanedSteps(db))
    const about = { code: 'orphaned-steps', severity: 'problem', episode: null, step: null } as const
    const why = 'another program closed their episode while it was recorded. All episodes are looked at without them.'
    const problems: CheckProblem[] = []
    if (inJournal > 0) {
      const message = `${inJournal} committed steps in the journal of ${path} belong to no episode: ${why}`
      const tip =
        'Keep a copy of the file. When it is continued, they are set aside in it; no episode will contain them.'
      problems.push({ ...about, message, tip })
    }
    if (setAside > 0) {
      const message = `${setAside} steps of ${path} are set aside and belong to no episode: ${why}`
      problems.push({
        ...about,
        severity: 'note',
        message,
        tip: 'They stay in the file; no training and no export has them.',
      })
    }
    return problems
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { code, message, tip } = error.problem
    return [{ code, severity: 'problem', episode: null, step: null, message, tip }]
  } finally {
    db.close()
  }
}

function leftoverNote({ path, bytes }: Leftover): CheckProblem {
  const message = `${path} (${bytesText(bytes)}) is left from work that was interrupted.`
  const tip = 'It is no part of the data; delete it when nothing is being exported there.'
  return { code: 'leftover', severity: 'note', episode: null, step: null, message, tip }
}
