import { statSync } from 'node:fs'
import type Database from 'better-sqlite3'
import type { Coverage, RunSheet } from '../../contract/dataset.ts'
import { ProblemError, refusal } from '../../contract/problem.ts'
import type { EpisodeEnd, EpisodeKept, EpisodeRecorder, ResumePoint } from '../session/episode-recorder.ts'
import type { StepRow } from '../world/step-row.ts'
import type { CoverageGrid, TooltipBox } from './coverage/coverage-grid.ts'
import { storedGrid } from './coverage/stored-grid.ts'
import { createDataset } from './create-dataset.ts'
import { leftOutTransitions } from './curation/left-out.ts'
import { refuseMissingFolder } from './dataset-format.ts'
import { EpisodeBuffer, episodeShape } from './episode-data.ts'
import { EpisodeStore, keepsNewestState } from './episode-store.ts'
import type { RunningEpisode } from './episode-store.ts'
import { logPath } from './log-path.ts'
import { moveLogIntoFile, openDataset, readRunSheet } from './open-dataset.ts'
import { setAsideOrphanedSteps } from './orphaned-steps.ts'
import { dropCutEpisode, foldCutEpisode } from './recover.ts'
import { refuseOtherRun } from './run-sheet.ts'
import { lockForWriting } from './single-writer-lock.ts'
import type { SingleWriterLock } from './single-writer-lock.ts'
import { datasetProblem, recordingProblem, withDatasetProblems } from './sqlite-problem.ts'

/** Everything is committed this often, or earlier by flush(). */
const COMMIT_MS = 500
/** A slow disk is waited for less often, so that waiting takes at most this share of the time ... */
const WAITING_SHARE = 0.01
/** ... and yet no more than this is ever at stake. */
const LATEST_COMMIT_MS = 2000
/** The write-ahead log is moved into the file between episodes once it is this large. */
const CHECKPOINT_BYTES = 12 << 20
/** SQLite's own checkpoint, in pages, as a ceiling within one very long episode. */
const CEILING_PAGES = 20_000

export interface RecordingOptions {
  path: string
  /** The run that is wanted. For an existing dataset it must agree with the stored sheet. */
  sheet: RunSheet
  /** Box of the tool tip for coverage; null in a world without a tool tip. */
  box: TooltipBox | null
  /** The explorer learns: a new file gets a place for its state. */
  explorerLearns?: boolean
  /** See SessionOrder. */
  repeatsCut?: boolean
}

/**
 * Opens or creates a dataset for recording. Everything is checked before the file is touched; refuses with
 * `folder-missing`, `dataset-in-use`, `not-a-dataset`, `dataset-newer`, `dataset-damaged`, `dataset-read-only`,
 * `dataset-differs` or `target-below`.
 */
export function openRecording(options: RecordingOptions): DatasetRecorder {
  const { path, sheet, box, explorerLearns = false } = options
  refuseMissingFolder(path)
  const lock = lockForWriting(path)
  try {
    if (!statSync(path, { throwIfNoEntry: false })) createDataset(path, sheet, box, explorerLearns)
    return new DatasetRecorder(options, openDataset(path, { readonly: false }), lock)
  } catch (error) {
    lock.release()
    throw datasetProblem(error, path)
  }
}

/** Writes one dataset; the only object that may. Not for use by two threads. */
export class DatasetRecorder implements EpisodeRecorder {
  /** As stored, with the target of this run. */
  readonly sheet: RunSheet
  readonly resume: ResumePoint
  private readonly path: string
  private readonly db: Database.Database
  private readonly lock: SingleWriterLock
  private readonly store: EpisodeStore
  /** Cells reached so far; null in a world without a tool tip. */
  readonly grid: CoverageGrid | null
  private readonly buffer: EpisodeBuffer
  private readonly repeatsCut: boolean
  private running: RunningEpisode | null = null
  /** State after the newest kept episode, not written yet: of those within one commit only the last one counts. */
  private newestState: { episode: number; state: Uint8Array } | null = null
  private lastEpisode: number
  /** Transitions forced to disk, in the whole dataset. */
  private onDisk: number
  /** Transitions written, of which some may not be forced to disk yet. */
  private written: number
  /** Steps of the running episode that are in the journal. */
  private journalled = 0
  private committedAtMs = 0
  private commitEveryMs = COMMIT_MS
  private left = 0
  /** A write failed: what is on disk is whole, and nothing more is written. */
  private broken = false

  /** Takes over `db` and `lock`; closes `db` when it throws. */
  constructor(options: RecordingOptions, db: Database.Database, lock: SingleWriterLock) {
    this.path = options.path
    this.db = db
    this.lock = lock
    try {
      const stored = readRunSheet(db, this.path)
      refuseOtherRun(stored, options.sheet, this.path)
      refuseTargetBelow(db, options.sheet.target, this.path)
      db.pragma('journal_mode = WAL')
      db.pragma('synchronous = FULL')
      db.pragma(`wal_autocheckpoint = ${CEILING_PAGES}`)
      this.sheet = { ...stored, target: options.sheet.target }
      db.prepare('UPDATE run_sheet SET json = ? WHERE id = 1').run(JSON.stringify(this.sheet))
      const shape = episodeShape(stored)
      this.buffer = new EpisodeBuffer(shape, stored.stepsPerEpisode)
      this.store = new EpisodeStore(db, stored.stepPeriodS, shape)
      this.repeatsCut = options.repeatsCut ?? false
      setAsideOrphanedSteps(db)
      const { store, buffer } = this
      const cutEpisode = this.repeatsCut ? dropCutEpisode(db, store, buffer) : foldCutEpisode(db, store, buffer)
      this.grid = storedGrid(db)
      this.resume = { ...readResumePoint(db), cutEpisode }
      this.lastEpisode = this.resume.lastEpisode
      this.onDisk = this.written = this.resume.transitions
      this.left = leftOutTransitions(db, this.path)
    } catch (error) {
      db.close()
      throw error
    }
  }

  get committed(): number {
    return this.onDisk
  }

  get leftOut(): number {
    return this.left
  }

  beginEpisode(row: StepRow, skill: number | null = null): number {
    if (this.running) throw new Error('an episode is already running')
    this.lastEpisode += 1
    this.buffer.begin(row)
    this.grid?.visit(row.tooltip)
    this.journalled = 0
    this.running = { episode: this.lastEpisode, startedAtMs: Date.now(), buffer: this.buffer, newCells: 0, skill }
    return this.lastEpisode
  }

  append(row: StepRow): void {
    const running = this.running
    if (!running) throw new Error('no episode is running')
    this.buffer.append(row)
    if (this.grid?.visit(row.tooltip)) running.newCells += 1
    this.written += 1
    if (this.commitIsDue()) this.flush()
  }

  private commitIsDue(): boolean {
    return performance.now() - this.committedAtMs >= this.commitEveryMs
  }

  flush(): void {
    const beganAtMs = performance.now()
    this.write(() => {
      if (this.newestState) this.store.keepState(this.newestState.episode, this.newestState.state)
      this.newestState = null
      if (this.running && this.buffer.steps > this.journalled) {
        this.store.journal(this.running, this.journalled)
        this.journalled = this.buffer.steps
      }
      if (this.db.inTransaction) this.db.exec('COMMIT')
    })
    this.onDisk = this.written
    this.committedAtMs = performance.now()
    const waitedMs = this.committedAtMs - beganAtMs
    this.commitEveryMs = Math.min(Math.max(COMMIT_MS, waitedMs / WAITING_SHARE), LATEST_COMMIT_MS)
  }

  endEpisode(end: EpisodeEnd, explorerState: Uint8Array): EpisodeKept | null {
    const running = this.running
    if (!running) throw new Error('no episode is running')
    this.running = null
    if (this.buffer.steps === 0) {
      this.lastEpisode -= 1
      return null
    }
    if (this.repeatsCut && end.reason === 'operator-stop') return this.dropRunning(running)
    const kept = this.write(() => {
      // Short episodes share a commit; the next flush closes it.
      if (!this.db.inTransaction) this.db.exec('BEGIN IMMEDIATE')
      return this.store.fold(running, end, explorerState, this.grid)
    })
    this.journalled = 0
    if (this.store.keepsNewestState) this.newestState = { episode: kept.episode, state: explorerState }
    if (this.commitIsDue()) {
      this.flush()
      this.checkpoint()
      this.countLeftOut()
    }
    return kept
  }

  /** What cannot be read here is said to who curates; the recording goes on with the count of before. */
  private countLeftOut(): void {
    try {
      this.left = leftOutTransitions(this.db, this.path)
    } catch (error) {
      if (!(datasetProblem(error, this.path) instanceof ProblemError)) throw error
    }
  }

  /** Forgets the running episode: the next run makes it again from its first step. */
  private dropRunning(running: RunningEpisode): null {
    this.write(() => this.store.drop(running))
    this.written -= this.buffer.steps
    this.onDisk -= this.journalled
    this.journalled = 0
    this.lastEpisode -= 1
    return null
  }

  private write<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      this.broken = true
      throw recordingProblem(error, this.path, this.written - this.onDisk)
    }
  }

  /** Between episodes there is time to move the log into the file. */
  private checkpoint(): void {
    const log = statSync(logPath(this.path), { throwIfNoEntry: false })?.size ?? 0
    if (log < CHECKPOINT_BYTES) return
    withDatasetProblems(this.path, () => this.db.pragma('wal_checkpoint(PASSIVE)'))
  }

  coverage(): Coverage | null {
    return this.grid?.coverage() ?? null
  }

  bytes(): number {
    const size = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0
    return size(this.path) + size(logPath(this.path))
  }

  close(): void {
    if (!this.db.open) return
    try {
      if (this.broken) return
      this.flush()
      moveLogIntoFile(this.db)
    } finally {
      this.db.close()
      this.lock.release()
    }
  }
}

function refuseTargetBelow(db: Database.Database, target: number, path: string): void {
  const { transitions } = db
    .prepare<[], { transitions: number }>('SELECT coalesce(sum(steps), 0) AS transitions FROM episode')
    .get()!
  const { journalled } = db
    .prepare<[], { journalled: number }>(
      `SELECT coalesce(sum(steps), 0) AS journalled FROM journal WHERE EXISTS (SELECT 1 FROM running_episode)`,
    )
    .get()!
  const there = transitions + journalled - leftOutTransitions(db, path)
  if (target >= there) return
  throw refusal(
    'target-below',
    `${path} already has ${there} transitions; ${target} in all are asked for. The file is unchanged.`,
    'The number counts what is already there. Ask for more, or choose another name.',
  )
}

function readResumePoint(db: Database.Database): Omit<ResumePoint, 'cutEpisode'> {
  const totals = db
    .prepare<[], Omit<ResumePoint, 'cutEpisode' | 'explorerState' | 'endReasons'>>(
      `SELECT coalesce(sum(steps), 0) AS transitions, count(*) AS episodes, coalesce(max(episode), 0) AS lastEpisode,
        coalesce(sum(late_ticks), 0) AS lateTicks, coalesce(sum(slowed_steps), 0) AS slowedSteps,
        coalesce(sum(clipped_steps), 0) AS clippedSteps FROM episode`,
    )
    .get()!
  const reasons = db
    .prepare<[], { end_reason: string; n: number }>('SELECT end_reason, count(*) AS n FROM episode GROUP BY end_reason')
    .all()
  return {
    ...totals,
    endReasons: Object.fromEntries(reasons.map((row) => [row.end_reason, row.n])),
    explorerState: readExplorerState(db),
  }
}

/** State after the last kept episode that has one; one that the end of a process cut has none. */
function readExplorerState(db: Database.Database): Uint8Array | null {
  const newest = keepsNewestState(db)
    ? 'SELECT state FROM explorer_state WHERE id = 1'
    : `SELECT explorer_state FROM episode_data WHERE length(explorer_state) > 0 ORDER BY episode DESC LIMIT 1`
  const state = db.prepare<[], Buffer>(newest).pluck().get()
  return state ? Uint8Array.from(state) : null
}
