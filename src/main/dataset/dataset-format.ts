import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { refusal } from '../../contract/problem.ts'
import { logPath } from './log-path.ts'

/** `FRGR`: SQLite's application_id of a dataset file, big-endian at byte 68 of the file. */
export const APPLICATION_ID = 0x46524752
/** Newest known value of SQLite's user_version, big-endian at byte 60: files beyond it are refused. */
export const FORMAT_VERSION = 4
/** The first version with a place for decisions of people about the data; a file gets it with the first of them. */
export const CURATED_VERSION = 4

/**
 * Version that a new file gets: the oldest one that has a place for all that it holds. Version 2 adds the world's own
 * rewards and simulator states; the file of an arm has neither and stays readable for older programs. Version 3 keeps the
 * state of an explorer that learns.
 */
export function formatVersionOf(
  of: { hasReward: boolean; simulatorState: readonly unknown[] },
  explorerLearns = false,
): number {
  if (explorerLearns) return 3
  return of.hasReward || of.simulatorState.length > 0 ? 2 : 1
}

/**
 * Tables of a dataset. Blobs are little-endian and row-major; T = steps, S = observation size, A = action size.
 * `episode` holds what lists and statistics need, `episode_data` the signals, so that a list never reads a signal.
 */
export const SCHEMA = `
CREATE TABLE run_sheet (id INTEGER PRIMARY KEY CHECK (id = 1), json TEXT NOT NULL) STRICT;

CREATE TABLE episode (
  episode INTEGER PRIMARY KEY,
  steps INTEGER NOT NULL CHECK (steps > 0),
  end_reason TEXT NOT NULL,
  end_message TEXT NOT NULL,
  stop_code TEXT NOT NULL,
  stop_title TEXT NOT NULL,
  started_at_ms INTEGER NOT NULL,
  slowed_steps INTEGER NOT NULL,
  clipped_steps INTEGER NOT NULL,
  late_ticks INTEGER NOT NULL,
  new_cells INTEGER NOT NULL,
  speed BLOB NOT NULL,            -- f32 [<= 56] m/s
  checksum BLOB NOT NULL          -- SHA-256, see episode-data.ts
) STRICT;

CREATE TABLE episode_data (
  episode INTEGER PRIMARY KEY REFERENCES episode (episode),
  observations BLOB NOT NULL,     -- f32 [T + 1, S]
  policy_actions BLOB NOT NULL,   -- f32 [T, A], action units
  sent_actions BLOB NOT NULL,     -- f32 [T, A], action units
  tooltip BLOB NOT NULL,          -- f32 [T + 1, 3] m
  tick_times BLOB NOT NULL,       -- i64 [T + 1] monotonic ns
  flags BLOB NOT NULL,            -- u32 [T] StepFlag bits
  explorer_state BLOB NOT NULL    -- after the episode; empty for a crashed one and for an explorer that learns
) STRICT;

-- The running episode: its first row, then chunks of steps in the order they were committed.
CREATE TABLE running_episode (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  episode INTEGER NOT NULL,
  started_at_ms INTEGER NOT NULL,
  first BLOB NOT NULL             -- observation f32 [S], tool tip f32 [3], tick i64 [1]
) STRICT;
CREATE TABLE journal (
  first_step INTEGER PRIMARY KEY,
  steps INTEGER NOT NULL CHECK (steps > 0),
  chunk BLOB NOT NULL             -- see episode-data.ts
) STRICT;

-- Cells that the tool tip has reached, one byte each; empty for a world without a tool tip.
CREATE TABLE coverage (id INTEGER PRIMARY KEY CHECK (id = 1), box TEXT NOT NULL, cells BLOB NOT NULL) STRICT;
`

/** What version 2 adds, for worlds with a reward or a simulator state; Q = size of the simulator state. */
export const SIMULATION_SCHEMA = `
CREATE TABLE episode_simulation (
  episode INTEGER PRIMARY KEY REFERENCES episode (episode),
  return REAL NOT NULL,           -- sum of the rewards
  rewards BLOB NOT NULL,          -- f32 [T]; empty without a reward
  simulator_states BLOB NOT NULL  -- f64 [T + 1, Q]
) STRICT;
`

/**
 * What version 3 adds, for explorers that learn. Their state is megabytes, so only the newest one is kept; it is written
 * in the transaction that commits its episode.
 */
export const LEARNING_SCHEMA = `
CREATE TABLE explorer_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  episode INTEGER NOT NULL,       -- after which the explorer was in this state
  state BLOB NOT NULL
) STRICT;
CREATE TABLE episode_skill (
  episode INTEGER PRIMARY KEY,
  skill INTEGER NOT NULL          -- from 0; only of explorers that have skills
) STRICT;
`

/**
 * What version 4 adds, with the first event. An older program would train on what was excluded, so it must not open the
 * file. Events are only ever added: what they say together is folded when they are read.
 */
export const CURATION_SCHEMA = `
CREATE TABLE curation_event (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  operator TEXT NOT NULL,
  kind TEXT NOT NULL,             -- see contract/curation.ts
  episodes TEXT NOT NULL,         -- JSON array of episode numbers; empty where the dataset is meant
  value TEXT NOT NULL             -- JSON: steps, tag, note or the sequence that is undone; null where there is none
) STRICT;
CREATE TRIGGER curation_event_stays BEFORE UPDATE ON curation_event
  BEGIN SELECT RAISE(ABORT, 'curation events are never changed'); END;
CREATE TRIGGER curation_event_kept BEFORE DELETE ON curation_event
  BEGIN SELECT RAISE(ABORT, 'curation events are never deleted'); END;
`

const HEADER_BYTES = 100

/**
 * Reads the file's own header without opening it as a database.
 * Refuses what is missing, foreign, truncated or of a newer format; says nothing about the content behind the header.
 */
export function inspectHeader(path: string): void {
  const header = Buffer.alloc(HEADER_BYTES)
  const { got, size } = readHeader(path, header)
  if (got < HEADER_BYTES || header.toString('latin1', 0, 16) !== 'SQLite format 3\0') throw notADataset(path)
  if (header.readUInt32BE(68) !== APPLICATION_ID) throw notADataset(path)
  const version = header.readUInt32BE(60)
  if (version > FORMAT_VERSION) {
    throw refusal(
      'dataset-newer',
      `${path} has dataset format ${version}; this Forager reads up to ${FORMAT_VERSION}. The file is unchanged.`,
      'Open it with the Forager that wrote it, or update this one.',
    )
  }
  refuseTruncated(path, header, size)
}

function readHeader(path: string, header: Buffer): { got: number; size: number } {
  try {
    const file = openSync(path, 'r')
    try {
      if (!fstatSync(file).isFile()) throw notADataset(path)
      return { got: readSync(file, header, 0, HEADER_BYTES, 0), size: fstatSync(file).size }
    } finally {
      closeSync(file)
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT') {
      throw refusal('dataset-missing', `There is no dataset at ${path}.`, 'Check the path.')
    }
    if (code === 'EACCES' || code === 'EPERM') {
      throw refusal(
        'dataset-unreadable',
        `${path} may not be read by this user. Nothing is changed.`,
        'Give this user the right to read it.',
      )
    }
    throw error
  }
}

function refuseTruncated(path: string, header: Buffer, size: number): void {
  // A crash in the middle of a checkpoint leaves a short file and a log that completes it; SQLite then heals it.
  if ((statSync(logPath(path), { throwIfNoEntry: false })?.size ?? 0) > 0) return
  const storedPageSize = header.readUInt16BE(16)
  const pageSize = storedPageSize === 1 ? 65536 : storedPageSize
  const expected = pageSize * header.readUInt32BE(28)
  if (size >= expected) return
  throw refusal(
    'dataset-damaged',
    `${path} is cut off: it has ${size} bytes, its header says ${expected}. The file is unchanged.`,
    'Copy it again from where it came from, or restore it from a backup.',
  )
}

function notADataset(path: string): Error {
  return refusal(
    'not-a-dataset',
    `${path} is not a Forager dataset. The file is unchanged.`,
    'Choose a file that Forager recorded, or another name for a new dataset.',
  )
}

/** Refuses a path whose folder does not exist. */
export function refuseMissingFolder(path: string): void {
  const folder = dirname(path)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  throw refusal(
    'folder-missing',
    `There is no folder ${folder}. Nothing is written.`,
    'Create the folder, or choose another one.',
  )
}
