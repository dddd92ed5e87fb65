import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import type Database from 'better-sqlite3'
import type { CurationEvent } from '../../contract/curation.ts'
import type { Coverage, DatasetDetail, EndReason, EpisodeDetail, RunSheet } from '../../contract/dataset.ts'
import { pack } from '../../contract/packed.ts'
import { refusal } from '../../contract/problem.ts'
import type { EpisodeEnd } from '../session/episode-recorder.ts'
import { datasetNameOf } from '../platform/dataset-name.ts'
import { newestCuration, readCurationEvents } from './curation/curation-events.ts'
import { NOTHING_CURATED, foldCuration } from './curation/curation-fold.ts'
import type { Curation } from './curation/curation-fold.ts'
import type { TooltipBox } from './coverage/coverage-grid.ts'
import { damagedTip } from './damaged-tip.ts'
import { storedGrid } from './coverage/stored-grid.ts'
import { episodeChecksum, episodeShape, signalBytes, selectSignals, signalsOf } from './episode-data.ts'
import type { EpisodeShape, EpisodeSignals, SignalBlobs } from './episode-data.ts'
import { EpisodeRows, ROW_COLUMNS, endReasonOf } from './episode-rows.ts'
import type { EpisodePage, EpisodePageQuery, ListedState, StoredEpisode } from './episode-rows.ts'
import { NOT_MEASURED } from './browse/known-measures.ts'
import type { KnownMeasures } from './browse/known-measures.ts'
import { stopRate } from './browse/stop-rate.ts'
import { keepsNewestState } from './episode-store.ts'
import { keptRangesOf } from './curation/kept-range.ts'
import type { EpisodeLength, KeptRange } from './curation/kept-range.ts'
import { keptStatistics } from './curation/kept-statistics.ts'
import { keptCloud, keptGrid } from './curation/kept-tooltip.ts'
import { logPath } from './log-path.ts'
import { openDataset, readRunSheet } from './open-dataset.ts'
import { restingState } from './resting-state.ts'
import { isBeingWritten } from './single-writer-lock.ts'
import { withDatasetProblems } from './sqlite-problem.ts'

/** One episode as a learner takes it. */
export interface TrainingEpisode extends EpisodeSignals {
  episode: number
  steps: number
  endReason: EndReason
}

/** One episode with everything that is stored of it, as it is handed to other tools. */
export interface RecordedEpisode extends TrainingEpisode {
  end: EpisodeEnd
  startedAtMs: number
  /** Null where the explorer has no skills. */
  skill: number | null
}

/** Reads one dataset, also while it is being recorded. Each call sees a consistent state. */
export class DatasetReader {
  readonly path: string
  readonly sheet: RunSheet
  readonly shape: EpisodeShape
  private readonly db: Database.Database
  private readonly rows: EpisodeRows
  /** Made once: of a short episode, preparing them would take as long as reading it. */
  private selectRow: Database.Statement<[number], StoredEpisode & { checksum: Buffer }> | null = null
  private selectBlobs: Database.Statement<[number], SignalBlobs> | null = null
  private covered: { stamp: string; coverage: Coverage } | null = null
  private curated: { newest: number; state: Curation } = { newest: 0, state: NOTHING_CURATED }

  /** Refuses with `dataset-missing`, `not-a-dataset`, `dataset-newer`, `dataset-damaged` or `dataset-read-only`. */
  constructor(path: string) {
    this.path = path
    this.db = openDataset(path, { readonly: true })
    try {
      this.sheet = readRunSheet(this.db, path)
    } catch (error) {
      this.db.close()
      throw error
    }
    this.shape = episodeShape(this.sheet)
    this.rows = new EpisodeRows(this.db, path)
  }

  close(): void {
    this.db.close()
  }

  /** From here on every call sees the data as they are now, until close(), whatever is recorded meanwhile. */
  holdState(): void {
    this.read(() => {
      this.db.exec('BEGIN')
      this.totals() // the first read is what fixes the state
    })
  }

  private read<T>(work: () => T): T {
    return withDatasetProblems(this.path, work)
  }

  /** Finished episodes and their transitions. */
  totals(): { episodes: number; transitions: number; lastEpisodeAt: number | null } {
    return this.read(() =>
      this.db
        .prepare<[], { episodes: number; transitions: number; lastEpisodeAt: number | null }>(
          `SELECT count(*) AS episodes, coalesce(sum(steps), 0) AS transitions,
              max(started_at_ms) AS lastEpisodeAt FROM episode`,
        )
        .get()!,
    )
  }

  /** Counts and figures of what is kept, and how much is left out. */
  detail(): DatasetDetail {
    return this.read(() => {
      const { sheet, path } = this
      const curation = this.curation()
      const { counts, ...figures } = keptStatistics(this.db, curation, sheet.hasReward)
      const { episodes, transitions, excludedEpisodes, trimmedEpisodes, leftOutTransitions } = counts
      const { id, world, explorer, mode, seed, target, createdAt, robotSimulated } = sheet
      const about = { id, name: datasetNameOf(path), path, world, explorer, mode, seed, target, createdAt }
      const arm = robotSimulated === undefined ? {} : { robotSimulated }
      const counted = { transitions, episodes, excludedEpisodes, trimmedEpisodes, leftOutTransitions }
      const state = isBeingWritten(path) ? 'recording' : restingState({ ...counted, target })
      const curated = { tags: [...curation.tags], curation: this.curated.newest }
      const file = { bytes: this.bytes(), updatedAt: this.changedAt() }
      return {
        summary: { ...about, ...arm, ...counted, ...curated, ...file, state, problem: null },
        sheet,
        coverage: this.coverage(),
        signalBytes: signalBytes(this.shape, this.totals()),
        lastEpisodeAt: this.totals().lastEpisodeAt,
        stopRate: stopRate(this.db),
        ...figures,
      }
    })
  }

  /** Size on disk, with the write-ahead log. */
  bytes(): number {
    const size = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0
    return size(this.path) + size(logPath(this.path))
  }

  private changedAt(): number {
    const times = [this.path, logPath(this.path)].map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)
    return Math.round(Math.max(...times))
  }

  /** Kept episodes by how they ended. */
  endReasons(): Record<string, number> {
    return this.read(() => keptStatistics(this.db, this.curation(), this.sheet.hasReward).endReasons)
  }

  /** How many kept episodes each skill had, by its number; null where the explorer has no skills. */
  skills(): Record<string, number> | null {
    return this.read(() => {
      if (!keepsNewestState(this.db)) return null
      const rows = this.db
        .prepare<[string], { skill: number; n: number }>(
          `SELECT skill, count(*) AS n FROM episode_skill JOIN episode USING (episode)
            WHERE episode NOT IN (SELECT value FROM json_each(?)) GROUP BY skill ORDER BY skill`,
        )
        .all(JSON.stringify([...this.curation().excluded]))
      return rows.length === 0 ? null : Object.fromEntries(rows.map(({ skill, n }) => [skill, n]))
    })
  }

  /** Skill of an episode; null where the explorer has no skills. */
  skill(episode: number): number | null {
    return this.read(() => {
      if (!keepsNewestState(this.db)) return null
      const skill = this.db.prepare<[number], number>('SELECT skill FROM episode_skill WHERE episode = ?').pluck()
      return skill.get(episode) ?? null
    })
  }

  /** Box in which the tool tip's cells are counted, m; null in a world without a tool tip. */
  tooltipBox(): TooltipBox | null {
    return this.read(() => storedGrid(this.db))?.box ?? null
  }

  /** Of what is kept: as the recorder counted it while nothing is left out, else counted again once a curation. */
  coverage(): Coverage | null {
    const recorded = this.read(() => storedGrid(this.db))
    const { excluded, trims } = this.curation()
    if (!recorded || (excluded.size === 0 && trims.size === 0)) return recorded?.coverage() ?? null
    const { episodes } = this.totals()
    const stamp = `${episodes}:${this.curated.newest}`
    if (this.covered?.stamp !== stamp)
      this.covered = { stamp, coverage: this.read(() => keptGrid(this.db, this.keptRanges(), recorded.box).coverage()) }
    return this.covered.coverage
  }

  /** Rows [offset, offset + limit) of the sorted list of those episodes that pass the filter, and how many it has. */
  episodes(query: EpisodePageQuery, measured: KnownMeasures = NOT_MEASURED): EpisodePage {
    return this.read(() => this.rows.page(query, measured, this.listed()))
  }

  /** What a list of all episodes is made of. */
  private listed(): ListedState {
    const { episodes, transitions } = this.totals()
    const curation = this.curation()
    return { stamp: `${episodes}:${transitions}:${this.curated.newest}`, curation }
  }

  /** One episode whole, packed for the window. Refuses with `episode-missing` or `episode-damaged`. */
  episode(episode: number): EpisodeDetail {
    const row = this.read(() => this.rows.row(episode, this.listed()))
    if (!row) throw missingEpisode(this.path, episode)
    const stored = this.storedEpisode(episode)
    const signals = this.signals(stored)
    const first = signals.tickTimes[0]!
    const tickTimes = Float64Array.from(signals.tickTimes, (tick) => Number(tick - first) / 1e9)
    const stop = { code: stored.stop_code, title: stored.stop_title, message: stored.end_message }
    return {
      row,
      stepPeriodS: this.sheet.stepPeriodS,
      observations: pack(signals.observations),
      policyActions: pack(signals.policyActions),
      sentActions: pack(signals.sentActions),
      tooltip: pack(signals.tooltip),
      tickTimes: pack(tickTimes),
      flags: pack(signals.flags),
      observationSize: this.shape.observationSize,
      actionSize: this.shape.actionSize,
      actionScale: this.sheet.action.map((action) => action.scale),
      stop: stored.stop_code === '' ? null : stop,
    }
  }

  private storedEpisode(episode: number): StoredEpisode & { checksum: Buffer } {
    const row = this.read(() => {
      this.selectRow ??= this.db.prepare(`SELECT ${ROW_COLUMNS}, checksum FROM episode WHERE episode = ?`)
      return this.selectRow.get(episode)
    })
    if (!row) throw missingEpisode(this.path, episode)
    return row
  }

  /** The signals of an episode after its checksum was compared. */
  private signals(stored: StoredEpisode & { checksum: Buffer }): EpisodeSignals {
    const { episode, steps, end_reason, checksum } = stored
    const blobs = this.read(() => {
      this.selectBlobs ??= this.db.prepare(selectSignals(this.shape))
      return this.selectBlobs.get(episode)
    })
    // A damaged page can give anything for a column, whatever its type was.
    const whole = blobs && [checksum, ...Object.values(blobs)].every(isBlob)
    const intact = whole && episodeChecksum(episode, steps, end_reason, blobs).equals(checksum)
    const signals = intact ? signalsOf(blobs, steps, this.shape) : null
    if (signals) return signals
    throw refusal(
      'episode-damaged',
      `Episode ${episode} of ${this.path} cannot be read: its data do not fit their checksum. The other episodes are not affected.`,
      damagedTip(this.path),
    )
  }

  /** Every decision of a person about these data, in order. */
  curationEvents(): CurationEvent[] {
    return this.read(() => readCurationEvents(this.db, this.path))
  }

  /** What they say together; folded again only when there is a newer one. */
  curation(): Curation {
    const newest = this.read(() => newestCuration(this.db))
    if (this.curated.newest !== newest) this.curated = { newest, state: foldCuration(this.curationEvents()) }
    return this.curated.state
  }

  private keptRanges(): KeptRange[] {
    return keptRangesOf(this.episodeLengths(), this.curation())
  }

  /** How each recorded episode ended, by its number. */
  recordedEnds(): Map<number, EndReason> {
    const rows = this.read(() =>
      this.db
        .prepare<[], Pick<StoredEpisode, 'episode' | 'end_reason'>>('SELECT episode, end_reason FROM episode')
        .all(),
    )
    return new Map(rows.map((row) => [row.episode, endReasonOf(this.path, row)]))
  }

  /** Episode numbers in order. */
  episodeNumbers(): number[] {
    return this.read(() => this.db.prepare<[], number>('SELECT episode FROM episode ORDER BY episode').pluck().all())
  }

  /** Numbers and steps of the episodes in order. */
  episodeLengths(): EpisodeLength[] {
    return this.read(() =>
      this.db.prepare<[], EpisodeLength>('SELECT episode, steps FROM episode ORDER BY episode').all(),
    )
  }

  /** Checksum of every episode, by its number: which data they are. */
  episodeChecksums(): Map<number, Uint8Array> {
    const rows = this.read(() =>
      this.db.prepare<[], { episode: number; checksum: Buffer }>('SELECT episode, checksum FROM episode').all(),
    )
    return new Map(rows.map(({ episode, checksum }) => [episode, checksum]))
  }

  /** One episode for training or a check. Refuses with `episode-missing` or `episode-damaged`. */
  trainingEpisode(episode: number): TrainingEpisode {
    const stored = this.storedEpisode(episode)
    return {
      episode,
      steps: stored.steps,
      endReason: endReasonOf(this.path, stored),
      ...this.signals(stored),
    }
  }

  /** One episode with all that is stored of it. Refuses with `episode-missing` or `episode-damaged`. */
  recordedEpisode(episode: number): RecordedEpisode {
    const stored = this.storedEpisode(episode)
    const reason = endReasonOf(this.path, stored)
    return {
      episode,
      steps: stored.steps,
      endReason: reason,
      ...this.signals(stored),
      end: { reason, message: stored.end_message, stopCode: stored.stop_code, stopTitle: stored.stop_title },
      startedAtMs: stored.started_at_ms,
      skill: this.skill(episode),
    }
  }

  /** Every episode in order, one at a time, so that a large dataset never lies in memory twice. */
  *trainingEpisodes(): Generator<TrainingEpisode> {
    for (const episode of this.episodeNumbers()) yield this.trainingEpisode(episode)
  }

  /**
   * At most `most` kept tool-tip positions spread evenly over all steps, of how many; empty in a world without a tool tip.
   * `points`: packed f32 [count, 3], m.
   */
  tooltipCloud(most: number): { points: string; count: number; of: number } {
    return this.read(() => {
      const { points, count, of } = keptCloud(
        this.db,
        this.read(() => storedGrid(this.db)) ? this.keptRanges() : [],
        most,
      )
      return { points: pack(points), count, of }
    })
  }

  /** SHA-256, hexadecimal, over the run sheet and every episode's checksum: the identity of the data. */
  contentHash(): string {
    return this.read(() => {
      const hash = createHash('sha256')
      hash.update(this.db.prepare<[], string>('SELECT json FROM run_sheet WHERE id = 1').pluck().get() ?? '')
      for (const checksum of this.db
        .prepare<[], Buffer>('SELECT checksum FROM episode ORDER BY episode')
        .pluck()
        .iterate()) {
        hash.update(checksum)
      }
      return hash.digest('hex')
    })
  }
}

function isBlob(value: unknown): boolean {
  return value instanceof Uint8Array
}

function missingEpisode(path: string, episode: number): Error {
  return refusal('episode-missing', `${path} has no episode ${episode}.`, 'Choose an episode from the list.')
}
