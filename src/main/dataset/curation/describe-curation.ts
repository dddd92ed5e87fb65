import type { CurationChange, CurationEvent, CurationState } from '../../../contract/curation.ts'
import { eventsInForce, redoable, undoable } from './curation-fold.ts'
import type { DatasetReader } from '../dataset-reader.ts'
import { keptCounts, keptRanges } from './kept-episodes.ts'

const MOST_HISTORY = 50
/** Episodes that are named; of more the number is said. */
const MOST_NAMED = 3

/** The curation of a dataset for a person. */
export function describeCuration(reader: DatasetReader): CurationState {
  const events = reader.curationEvents()
  const { tags, note, episodeTags } = reader.curation()
  const undo = undoable(events)
  const redo = redoable(events)
  const redone = redo?.change.kind === 'undo' ? eventOf(events, redo.change.value) : null
  return {
    kept: keptCounts(reader.episodeLengths(), keptRanges(reader)),
    tags: [...tags],
    note,
    episodeTags: countTags(episodeTags),
    undo: undo && changeText(undo.change, events),
    redo: redone && changeText(redone.change, events),
    history: historyOf(events),
  }
}

function historyOf(events: readonly CurationEvent[]): CurationState['history'] {
  const inForce = new Set(eventsInForce(events).map(({ sequence }) => sequence))
  return events
    .slice(-MOST_HISTORY)
    .map(({ sequence, atMs, operator, change }) => ({
      sequence,
      atMs,
      operator,
      says: changeText(change, events),
      inForce: inForce.has(sequence),
    }))
    .reverse()
}

function countTags(episodeTags: ReadonlyMap<number, readonly string[]>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const tags of episodeTags.values()) for (const tag of tags) counts[tag] = (counts[tag] ?? 0) + 1
  return counts
}

const eventOf = (events: readonly CurationEvent[], sequence: number): CurationEvent | null =>
  events.find((event) => event.sequence === sequence) ?? null

/** "Exclude episode 87", "Trim episode 3 to steps 6 to 45". */
export function changeText(change: CurationChange, events: readonly CurationEvent[]): string {
  switch (change.kind) {
    case 'exclude':
      return `Exclude ${named(change.episodes)}`
    case 'restore':
      return `Restore ${named(change.episodes)}`
    case 'trim':
      return change.value === null
        ? `Keep the whole of ${named(change.episodes)}`
        : `Trim ${named(change.episodes)} to steps ${change.value.from + 1} to ${change.value.to}`
    case 'tag':
      return `Tag ${named(change.episodes)} “${change.value}”`
    case 'untag':
      return `Take the tag “${change.value}” off ${named(change.episodes)}`
    case 'note':
      return change.value === '' ? `Remove the note of ${named(change.episodes)}` : `Note on ${named(change.episodes)}`
    case 'tag-dataset':
      return `Tag the dataset “${change.value}”`
    case 'untag-dataset':
      return `Take the tag “${change.value}” off the dataset`
    case 'note-dataset':
      return change.value === '' ? 'Remove the note of the dataset' : 'Note on the dataset'
    case 'undo':
      return undoText(eventOf(events, change.value), events)
  }
}

function undoText(target: CurationEvent | null, events: readonly CurationEvent[]): string {
  if (target === null) return 'Undo'
  if (target.change.kind !== 'undo') return `Undo: ${changeText(target.change, events)}`
  const again = eventOf(events, target.change.value)
  return `Redo: ${again ? changeText(again.change, events) : ''}`
}

function named(episodes: readonly number[]): string {
  if (episodes.length === 1) return `episode ${episodes[0]}`
  if (episodes.length > MOST_NAMED) return `${episodes.length} episodes`
  return `episodes ${episodes.slice(0, -1).join(', ')} and ${episodes.at(-1)}`
}
