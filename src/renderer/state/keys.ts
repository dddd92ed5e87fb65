import { useEffect, useRef } from 'react'
import { go } from './route.ts'
import { useRobot } from './robot-store.ts'
import { stopArm } from './stop.ts'

/**
 * The one key table: `KEY_ROWS` is the handler and the help page. A screen that owns an action takes it with
 * `useKeyAction('play-pause', () => ...)`; the key works while that screen is shown. No single letter changes data.
 */
export type KeyAction =
  | 'help'
  | 'play-pause'
  | 'step-back'
  | 'step-forward'
  | 'second-back'
  | 'second-forward'
  | 'mark-back'
  | 'mark-forward'
  | 'episode-back'
  | 'episode-forward'
  | 'slower'
  | 'faster'
  | 'inspector'
  | 'coverage'
  | 'filter'
  | 'export-range'
  | 'exclude'
  | 'undo'
  | 'redo'

interface KeyBinding {
  /** As KeyboardEvent.key, letters in lower case; with `ctrl` or `shift` when they must be held. */
  key: string
  ctrl?: boolean
  shift?: boolean
  /** A text field has its own meaning for it. */
  notInText?: boolean
  run: KeyAction | ((event: KeyboardEvent) => void)
}

export interface KeyRow {
  /** As printed on the help page. */
  keys: readonly string[]
  does: string
  bindings: readonly KeyBinding[]
}

const screen = (digit: string, name: string): KeyBinding => ({ key: digit, ctrl: true, run: () => go(name) })

export const KEY_ROWS: readonly KeyRow[] = [
  // The two STOP keys are handled before this table is read: see stopKey.
  { keys: ['Esc'], does: 'STOP whenever the arm is armed, in any field or dialog; else closes a dialog', bindings: [] },
  { keys: ['Space'], does: 'STOP whenever the arm is armed, unless the cursor is in a text field', bindings: [] },
  { keys: ['Enter'], does: 'presses the focused button, box or row; hold it to re-arm', bindings: [] },
  {
    keys: ['Ctrl 1', 'to', 'Ctrl 5'],
    does: 'Robot, Collect, Datasets, Train, Evaluate',
    bindings: [
      screen('1', 'robot'),
      screen('2', 'collect'),
      screen('3', 'datasets'),
      screen('4', 'train'),
      screen('5', 'evaluate'),
    ],
  },
  {
    keys: ['Tab', 'arrows', 'Home', 'End', 'PgUp', 'PgDn'],
    does: 'between controls; inside tables, lists and segments',
    bindings: [],
  },
  { keys: ['K'], does: 'play or pause an episode', bindings: [{ key: 'k', run: 'play-pause' }] },
  {
    keys: ['←', '→'],
    does: 'one step back, one step on',
    bindings: [
      { key: 'ArrowLeft', run: 'step-back' },
      { key: 'ArrowRight', run: 'step-forward' },
    ],
  },
  {
    keys: ['Shift ←', 'Shift →'],
    does: 'one second back, one second on',
    bindings: [
      { key: 'ArrowLeft', shift: true, run: 'second-back' },
      { key: 'ArrowRight', shift: true, run: 'second-forward' },
    ],
  },
  {
    keys: [',', '.'],
    does: 'previous mark, next mark',
    bindings: [
      { key: ',', run: 'mark-back' },
      { key: '.', run: 'mark-forward' },
    ],
  },
  {
    keys: ['[', ']'],
    does: 'previous episode, next episode',
    bindings: [
      { key: '[', run: 'episode-back' },
      { key: ']', run: 'episode-forward' },
    ],
  },
  {
    keys: ['-', '+'],
    does: 'playback speed, 0.1 to 8 ×',
    bindings: [
      { key: '-', run: 'slower' },
      { key: '+', run: 'faster' },
    ],
  },
  { keys: ['I'], does: 'inspector; the incident of a stop', bindings: [{ key: 'i', run: 'inspector' }] },
  {
    keys: ['C'],
    does: 'episodes, coverage or timeline of a dataset',
    bindings: [{ key: 'c', run: 'coverage' }],
  },
  {
    keys: ['Del'],
    does: 'exclude the selected episodes',
    bindings: [{ key: 'Delete', run: 'exclude' }],
  },
  {
    keys: ['Ctrl Z', 'Ctrl Y'],
    does: 'undo and redo what was decided about a dataset',
    bindings: [
      { key: 'z', ctrl: true, notInText: true, run: 'undo' },
      { key: 'y', ctrl: true, notInText: true, run: 'redo' },
    ],
  },
  {
    keys: ['Shift ↑', 'Shift ↓'],
    does: 'select several episodes; Ctrl click and Shift click too',
    bindings: [],
  },
  { keys: ['Ctrl F'], does: 'filter', bindings: [{ key: 'f', ctrl: true, run: 'filter' }] },
  {
    keys: ['Ctrl E'],
    does: 'export the visible range as CSV',
    bindings: [{ key: 'e', ctrl: true, run: 'export-range' }],
  },
  { keys: ['?'], does: 'this list', bindings: [{ key: '?', run: 'help' }] },
]

/** Newest last. */
const takers = new Map<KeyAction, (() => void)[]>()

/** Gives the action to this component while it is mounted; the newest taker wins, and gives it back when it goes. */
export function useKeyAction(action: KeyAction, run: () => void): void {
  const newest = useRef(run)
  useEffect(() => {
    newest.current = run
  }, [run])
  useEffect(() => {
    const taker = () => newest.current()
    takers.set(action, [...(takers.get(action) ?? []), taker])
    return () => {
      takers.set(action, takers.get(action)?.filter((each) => each !== taker) ?? [])
    }
  }, [action])
}

const TEXT_INPUTS = new Set(['text', 'search', 'number', 'email', 'password', 'tel', 'url'])

function inTextField(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return TEXT_INPUTS.has(target.type)
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable)
}

/** The last news decides, however old: what was armed is armed until the station says otherwise. */
function isArmed(): boolean {
  const robot = useRobot.getState().robot
  return robot !== null && (robot.armed || !['none', 'held'].includes(robot.activity))
}

function isStopKey(event: KeyboardEvent): boolean {
  if (!isArmed()) return false
  return event.key === 'Escape' || (event.key === ' ' && !inTextField(event.target))
}

function swallow(event: KeyboardEvent): void {
  event.preventDefault()
  event.stopImmediatePropagation()
}

function matches(binding: KeyBinding, event: KeyboardEvent): boolean {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if (key !== binding.key || event.altKey) return false
  if ((event.ctrlKey || event.metaKey) !== (binding.ctrl ?? false)) return false
  // Printed characters such as ? need Shift on many keyboards; only named keys tell the two apart.
  return event.key.length === 1 || event.shiftKey === (binding.shift ?? false)
}

function onKeyDown(event: KeyboardEvent): void {
  if (isStopKey(event)) {
    swallow(event)
    if (!event.repeat) void stopArm(event.key === ' ' ? 'Space bar' : 'Esc key')
    return
  }
  const binding = KEY_ROWS.flatMap((row) => row.bindings).find((candidate) => matches(candidate, event))
  if (binding === undefined || (inTextField(event.target) && (!binding.ctrl || binding.notInText))) return
  if (ownsArrows(event)) return
  const run = typeof binding.run === 'string' ? takers.get(binding.run)?.at(-1) : binding.run
  if (run === undefined) return
  swallow(event)
  run(event)
}

/** Inside a table, list or slider the arrows belong to it. */
function ownsArrows(event: KeyboardEvent): boolean {
  if (!event.key.startsWith('Arrow') || !(event.target instanceof Element)) return false
  return event.target.closest('[role=radiogroup], [role=listbox], [role=slider], input, tr[tabindex]') !== null
}

/** A focused button acts when Space is let go; the press already was STOP. */
function onKeyUp(event: KeyboardEvent): void {
  if (event.key === ' ' && isArmed() && !inTextField(event.target)) swallow(event)
}

/** In the capture phase on the window: before any focused control or dialog sees the key. Returns the way to undo it. */
export function startKeys(): () => void {
  addEventListener('keydown', onKeyDown, true)
  addEventListener('keyup', onKeyUp, true)
  return () => {
    removeEventListener('keydown', onKeyDown, true)
    removeEventListener('keyup', onKeyUp, true)
  }
}
