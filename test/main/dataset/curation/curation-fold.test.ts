import { expect, test } from 'vitest'
import type { CurationChange, CurationEvent } from '../../../../src/contract/curation.ts'
import { eventsInForce, foldCuration, redoable, undoable } from '../../../../src/main/dataset/curation/curation-fold.ts'

const eventsOf = (changes: readonly CurationChange[]): CurationEvent[] =>
  changes.map((change, i) => ({ sequence: i + 1, atMs: i, operator: '', change }))

/** Deterministic numbers below `below` (a linear congruential generator). */
function draws(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function anyChange(draw: (below: number) => number): CurationChange {
  const episodes = Array.from({ length: 1 + draw(3) }, () => 1 + draw(6))
  const from = draw(5)
  const changes: CurationChange[] = [
    { kind: 'exclude', episodes },
    { kind: 'restore', episodes },
    { kind: 'trim', episodes, value: draw(3) === 0 ? null : { from, to: from + 1 + draw(5) } },
    { kind: 'tag', episodes, value: `tag ${draw(3)}` },
    { kind: 'untag', episodes, value: `tag ${draw(3)}` },
    { kind: 'note', episodes, value: draw(2) === 0 ? '' : `note ${draw(9)}` },
    { kind: 'tag-dataset', value: `tag ${draw(3)}` },
    { kind: 'untag-dataset', value: `tag ${draw(3)}` },
    { kind: 'note-dataset', value: `note ${draw(9)}` },
  ]
  return changes[draw(changes.length)]!
}

/** The states of a person with an undo stack: what each press of Undo and Redo must lead to. */
class UndoStack {
  done: CurationChange[] = []
  undone: CurationChange[] = []
}

test('undo and redo walk through the states that a stack of changes had', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const draw = draws(seed)
    const changes: CurationChange[] = []
    const model = new UndoStack()
    for (let i = 0; i < 40; i++) {
      const events = eventsOf(changes)
      const press = draw(3)
      const target = press === 0 ? undoable(events) : press === 1 ? redoable(events) : null
      if (press === 0) {
        expect(target === null).toBe(model.done.length === 0)
        const taken = model.done.pop()
        if (taken) model.undone.push(taken)
      } else if (press === 1) {
        expect(target === null).toBe(model.undone.length === 0)
        const again = model.undone.pop()
        if (again) model.done.push(again)
      } else {
        const change = anyChange(draw)
        changes.push(change)
        model.done.push(change)
        model.undone = []
      }
      if (target) changes.push({ kind: 'undo', value: target.sequence })
      expect(foldCuration(eventsOf(changes))).toEqual(foldCuration(eventsOf(model.done)))
    }
  }
})

test('an undo leaves what came after it in force', () => {
  const events = eventsOf([
    { kind: 'exclude', episodes: [1, 2] },
    { kind: 'restore', episodes: [2] },
    { kind: 'undo', value: 1 },
    { kind: 'exclude', episodes: [3] },
  ])
  expect(foldCuration(events).excluded).toEqual(new Set([3]))
  expect(eventsInForce(events).map(({ sequence }) => sequence)).toEqual([2, 3, 4])
})

test('tags are given once, notes and trims are the newest, an empty note is none', () => {
  const state = foldCuration(
    eventsOf([
      { kind: 'tag', episodes: [4], value: 'shaky' },
      { kind: 'tag', episodes: [4], value: 'shaky' },
      { kind: 'note', episodes: [4], value: 'cable' },
      { kind: 'note', episodes: [5], value: 'gone' },
      { kind: 'note', episodes: [5], value: '' },
      { kind: 'trim', episodes: [4], value: { from: 1, to: 9 } },
      { kind: 'trim', episodes: [4], value: { from: 2, to: 9 } },
    ]),
  )
  expect(state.episodeTags).toEqual(new Map([[4, ['shaky']]]))
  expect(state.episodeNotes).toEqual(new Map([[4, 'cable']]))
  expect(state.trims).toEqual(new Map([[4, { from: 2, to: 9 }]]))
})
