import type Database from 'better-sqlite3'
import { StepFlag } from '../../contract/dataset.ts'
import { refusal } from '../../contract/problem.ts'
import { terminalCommand } from '../../contract/terminal-command.ts'
import type { EpisodeEnd, EpisodeKept } from '../session/episode-recorder.ts'
import type { CoverageGrid } from './coverage/coverage-grid.ts'
import { blobsOf, bytesOf, episodeChecksum, hasSimulation } from './episode-data.ts'
import type { EpisodeBuffer, EpisodeShape, EpisodeSignals } from './episode-data.ts'
import { speedSparkline } from './browse/speed-sparkline.ts'

/** A running episode in memory, before it is folded into its row. */
export interface RunningEpisode {
  episode: number
  startedAtMs: number
  buffer: EpisodeBuffer
  newCells: number
  /** Of the explorer, when it has skills. */
  skill: number | null
}

/** A whole episode that is stored at once. */
export interface WholeEpisode extends Omit<RunningEpisode, 'buffer'> {
  steps: number
  signals: EpisodeSignals
}

/** A running episode that a dead process left. */
export interface LeftoverEpisode extends RunningEpisode {
  /** Committed steps behind a place where the journal is damaged. */
  unreadableSteps: number
}

/** The SQL of recording: journal chunks while an episode runs, one transaction that folds it when it ends. */
export class EpisodeStore {
  private readonly db: Database.Database
  private readonly stepPeriodS: number
  private readonly insertRunning
  private readonly insertChunk
  private readonly insertEpisode
  private readonly insertData
  /** Null where the world has neither a reward nor a simulator state: the file has no place for them. */
  private readonly insertSimulation
  /** Null where the explorer does not learn. */
  private readonly replaceState
  private readonly replaceSkill
  private readonly updateCoverage
  private readonly selectRunning
  private readonly selectEpisode
  private readonly clearJournal
  private readonly clearRunning

  constructor(db: Database.Database, stepPeriodS: number, shape: EpisodeShape) {
    this.db = db
    this.stepPeriodS = stepPeriodS
    this.insertRunning = db.prepare(
      'INSERT INTO running_episode (id, episode, started_at_ms, first) VALUES (1, ?, ?, ?)',
    )
    this.insertChunk = db.prepare('INSERT INTO journal (first_step, steps, chunk) VALUES (?, ?, ?)')
    this.insertEpisode = db.prepare(`INSERT INTO episode VALUES (
      @episode, @steps, @reason, @message, @stopCode, @stopTitle, @startedAtMs,
      @slowedSteps, @clippedSteps, @lateTicks, @newCells, @speed, @checksum)`)
    this.insertData = db.prepare(`INSERT INTO episode_data VALUES (
      @episode, @observations, @policy_actions, @sent_actions, @tooltip, @tick_times, @flags, @explorerState)`)
    this.insertSimulation = hasSimulation(shape)
      ? db.prepare('INSERT INTO episode_simulation VALUES (@episode, @return, @rewards, @simulator_states)')
      : null
    const learns = keepsNewestState(db)
    this.replaceState = learns ? db.prepare('INSERT OR REPLACE INTO explorer_state VALUES (1, ?, ?)') : null
    this.replaceSkill = learns ? db.prepare('INSERT OR REPLACE INTO episode_skill VALUES (?, ?)') : null
    this.updateCoverage = db.prepare('UPDATE coverage SET cells = ? WHERE id = 1')
    this.selectRunning = db.prepare<[], { episode: number; started_at_ms: number }>(
      'SELECT episode, started_at_ms FROM running_episode',
    )
    this.selectEpisode = db.prepare<[number], number>('SELECT 1 FROM episode WHERE episode = ?').pluck()
    this.clearJournal = db.prepare('DELETE FROM journal')
    this.clearRunning = db.prepare('DELETE FROM running_episode')
  }

  /** Commits steps [from, steps) of the running episode. Refuses with `dataset-taken-over`. */
  journal(running: RunningEpisode, from: number): void {
    const { buffer, episode, startedAtMs } = running
    const commit = this.db.transaction(() => {
      // Steps without their episode would be taken for steps of a later one.
      if (this.isOpen(running) !== from > 0) throw takenOver(episode, this.db.name)
      if (from === 0) {
        this.insertRunning.run(episode, startedAtMs, buffer.firstRow())
        this.storeSkill(running)
      }
      this.insertChunk.run(from, buffer.steps - from, buffer.chunk(from))
    })
    commit.immediate()
  }

  /** True while the journal is this episode's. Refuses with `dataset-taken-over` when another writer has closed it. */
  private isOpen({ episode, startedAtMs }: Pick<RunningEpisode, 'episode' | 'startedAtMs'>): boolean {
    const open = this.selectRunning.get()
    if (open?.episode === episode && open.started_at_ms === startedAtMs) return true
    if (open || this.selectEpisode.get(episode)) throw takenOver(episode, this.db.name)
    return false
  }

  private clear(): void {
    this.clearJournal.run()
    this.clearRunning.run()
  }

  private storeSkill({ episode, skill }: Pick<RunningEpisode, 'episode' | 'skill'>): void {
    if (skill !== null) this.replaceSkill?.run(episode, skill)
  }

  /** True when keepState() has the state of the explorer, and not the row of each episode. */
  get keepsNewestState(): boolean {
    return this.replaceState !== null
  }

  /** The state after `episode` takes the place of the one before. To be committed together with the episode. */
  keepState(episode: number, state: Uint8Array): void {
    this.replaceState?.run(episode, Buffer.from(state.buffer, state.byteOffset, state.byteLength))
  }

  /**
   * Stores the episode whole and empties its journal, in one transaction. The episode has at least one step. Refuses with
   * `dataset-taken-over`.
   */
  fold(running: RunningEpisode, end: EpisodeEnd, explorerState: Uint8Array, grid: CoverageGrid | null): EpisodeKept {
    const { buffer } = running
    const store = this.db.transaction(() => {
      const open = this.isOpen(running)
      const kept = this.insert({ ...running, steps: buffer.steps, signals: buffer.signals() }, end, explorerState)
      if (grid) this.keepCoverage(grid)
      if (open) this.clear()
      return kept
    })
    return store.immediate()
  }

  /** Stores a whole episode of at least one step; to be called in a transaction. */
  insert(whole: WholeEpisode, end: EpisodeEnd, explorerState: Uint8Array): EpisodeKept {
    const { episode, steps, signals, startedAtMs, newCells, skill } = whole
    const blobs = blobsOf(signals)
    const kept = { episode, steps, newCells, ...countFlags(signals.flags) }
    this.insertEpisode.run({
      ...kept,
      ...end,
      startedAtMs,
      speed: bytesOf(speedSparkline(signals.tooltip, this.stepPeriodS)),
      checksum: episodeChecksum(episode, steps, end.reason, blobs),
    })
    const stateOfRow = this.keepsNewestState ? Buffer.alloc(0) : Buffer.from(explorerState)
    this.insertData.run({ episode, ...blobs, explorerState: stateOfRow })
    this.storeSkill({ episode, skill })
    const sum = signals.rewards.reduce((total, reward) => total + reward, 0)
    this.insertSimulation?.run({ episode, return: sum, ...blobs })
    return kept
  }

  keepCoverage(grid: CoverageGrid): void {
    this.updateCoverage.run(Buffer.from(grid.cells))
  }

  /** Forgets a running episode: one that has no step, or that will be repeated. Refuses with `dataset-taken-over`. */
  drop(running: Pick<RunningEpisode, 'episode' | 'startedAtMs'>): void {
    const drop = this.db.transaction(() => {
      if (this.isOpen(running)) this.clear()
    })
    drop.immediate()
  }

  /** The episode that a dead process left in the journal, as far as it can be read; null when there is none. */
  leftover(buffer: EpisodeBuffer): LeftoverEpisode | null {
    const row = this.db
      .prepare<[], { episode: number; started_at_ms: number; first: Buffer }>('SELECT * FROM running_episode')
      .get()
    if (!row) return null
    if (!buffer.restoreFirstRow(row.first)) throw unreadableEpisode(row.episode, this.db.name)
    const chunks = this.db
      .prepare<[], { first_step: number; steps: number; chunk: Buffer }>('SELECT * FROM journal ORDER BY first_step')
      .iterate()
    let committed = 0
    for (const { first_step, steps, chunk } of chunks) {
      const follows = committed === buffer.steps && first_step === buffer.steps && buffer.takesChunk(chunk, steps)
      if (follows) buffer.restoreChunk(chunk, steps)
      committed = first_step + steps
    }
    const unreadableSteps = committed - buffer.steps
    // Its skill was stored with its first step.
    return {
      episode: row.episode,
      startedAtMs: row.started_at_ms,
      buffer,
      newCells: 0,
      skill: null,
      unreadableSteps,
    }
  }
}

function takenOver(episode: number, path: string): Error {
  return refusal(
    'dataset-taken-over',
    `Another program has closed episode ${episode} of ${path} while it was being recorded. What was committed before that is in the dataset.`,
    `Find out what else writes this file, end it and continue the dataset. This checks it: ${terminalCommand('check', path)}`,
  )
}

/** Where nothing of an unfinished episode can be kept. */
export function unreadableEpisode(episode: number, path: string): Error {
  return refusal(
    'journal-damaged',
    `The unfinished episode ${episode} of ${path} cannot be read: the start of its journal is damaged. Finished episodes are not affected; the file is unchanged.`,
    'Restore the file from a backup to continue it; what is finished can be read and exported.',
  )
}

/** True in the file of an explorer that learns. */
export function keepsNewestState(db: Database.Database): boolean {
  return db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'explorer_state'").get() !== undefined
}

function countFlags(flags: Uint32Array): Pick<EpisodeKept, 'slowedSteps' | 'clippedSteps' | 'lateTicks'> {
  const counts = { slowedSteps: 0, clippedSteps: 0, lateTicks: 0 }
  for (const flag of flags) {
    if (flag & StepFlag.slowed) counts.slowedSteps += 1
    if (flag & StepFlag.clipped) counts.clippedSteps += 1
    if (flag & StepFlag.late) counts.lateTicks += 1
  }
  return counts
}
