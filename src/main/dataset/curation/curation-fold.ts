import type { CurationChange, CurationEvent, StepRange } from '../../../contract/curation.ts'

/** What the events in force say together. Episodes that it does not name are kept whole. */
export interface Curation {
  readonly excluded: ReadonlySet<number>
  readonly trims: ReadonlyMap<number, StepRange>
  /** Tags of each episode, in the order given. */
  readonly episodeTags: ReadonlyMap<number, readonly string[]>
  readonly episodeNotes: ReadonlyMap<number, string>
  readonly tags: readonly string[]
  readonly note: string
}

export const NOTHING_CURATED: Curation = {
  excluded: new Set(),
  trims: new Map(),
  episodeTags: new Map(),
  episodeNotes: new Map(),
  tags: [],
  note: '',
}

/** The events that no undo in force takes back, in order. An undo names an earlier event, which may be an undo itself. */
export function eventsInForce(events: readonly CurationEvent[]): CurationEvent[] {
  const undone = new Set<number>()
  // From the newest to the oldest: whether an undo holds is known before what it undoes is met.
  return events
    .toReversed()
    .filter(({ sequence, change }) => {
      if (undone.has(sequence)) return false
      if (change.kind === 'undo') undone.add(change.value)
      return true
    })
    .reverse()
}

/** The state that the events lead to: those in force, applied in order. */
export function foldCuration(events: readonly CurationEvent[]): Curation {
  const excluded = new Set<number>()
  const trims = new Map<number, StepRange>()
  const episodeTags = new Map<number, string[]>()
  const episodeNotes = new Map<number, string>()
  let tags: string[] = []
  let note = ''
  const apply = (change: CurationChange): void => {
    switch (change.kind) {
      case 'exclude':
        for (const episode of change.episodes) excluded.add(episode)
        return
      case 'restore':
        for (const episode of change.episodes) excluded.delete(episode)
        return
      case 'trim':
        for (const episode of change.episodes) setOrDelete(trims, episode, change.value)
        return
      case 'tag':
        for (const episode of change.episodes)
          episodeTags.set(episode, withTag(episodeTags.get(episode) ?? [], change.value))
        return
      case 'untag':
        for (const episode of change.episodes) {
          const left = (episodeTags.get(episode) ?? []).filter((tag) => tag !== change.value)
          setOrDelete(episodeTags, episode, left.length > 0 ? left : null)
        }
        return
      case 'note':
        for (const episode of change.episodes) setOrDelete(episodeNotes, episode, change.value || null)
        return
      case 'tag-dataset':
        tags = withTag(tags, change.value)
        return
      case 'untag-dataset':
        tags = tags.filter((tag) => tag !== change.value)
        return
      case 'note-dataset':
        note = change.value
        return
      case 'undo':
        return
    }
  }
  for (const { change } of eventsInForce(events)) apply(change)
  return { excluded, trims, episodeTags, episodeNotes, tags, note }
}

/** The event that Undo takes back: the newest change in force; null when there is none. */
export function undoable(events: readonly CurationEvent[]): CurationEvent | null {
  return eventsInForce(events).findLast(({ change }) => change.kind !== 'undo') ?? null
}

/** The undo that Redo takes back: the newest of a change, unless something was changed after it; null when there is none. */
export function redoable(events: readonly CurationEvent[]): CurationEvent | null {
  const undos = new Set(events.filter(({ change }) => change.kind === 'undo').map(({ sequence }) => sequence))
  const inForce = eventsInForce(events)
  const undo = inForce.findLast(({ change }) => change.kind === 'undo' && !undos.has(change.value))
  const changed = undoable(events)
  return undo && (changed === null || changed.sequence < undo.sequence) ? undo : null
}

const withTag = (tags: readonly string[], tag: string): string[] => (tags.includes(tag) ? [...tags] : [...tags, tag])

function setOrDelete<V>(map: Map<number, V>, key: number, value: V | null): void {
  if (value === null) map.delete(key)
  else map.set(key, value)
}
