import type { WordSignal } from './incident-signals.ts'

const MODES = ['not ready', 'idle', 'moving', 'guided by hand', 'reflex', 'user stopped', 'recovering']
const ACTIVITIES = ['none', 'starting', 'moving home', 'episode', 'stopping', 'held', 'recovering']
const BOX_INPUTS = ['channel A closed', 'channel B closed', 'grip in the middle', 'reset pressed']

const named = (names: readonly string[]) => (value: number) => names[value] ?? String(value)

/** Names of the bits that are set. */
export function bitNames(value: number, names: readonly string[], first = 0): string[] {
  const found: string[] = []
  for (let bit = 0; bit < 24; bit++) if ((value >>> bit) & 1) found.push(names[first + bit] ?? `bit ${first + bit}`)
  return found
}

const listed = (found: readonly string[]): string => (found.length === 0 ? 'none' : found.join(', '))

/** Flags of the robot are recorded in two columns, because a single-precision number holds 24 bits. */
const LOW_FLAGS = 21

/** Signals of an incident that are words; `flags` are the raw names of the robot's error flags in their order. */
export function wordSignals(flags: readonly string[]): WordSignal[] {
  const bits = (group: string, what: string): WordSignal[] => [
    {
      what,
      read: ({ column }) => column(group, 'flags 0-20'),
      word: (value) => listed(bitNames(value, flags)),
    },
    {
      what,
      read: ({ column }) => column(group, 'flags 21-40'),
      word: (value) => listed(bitNames(value, flags, LOW_FLAGS)),
    },
  ]
  return [
    { what: 'Robot mode', read: ({ column }) => column('robot mode'), word: named(MODES) },
    { what: 'Motion', read: ({ column }) => column('activity'), word: named(ACTIVITIES) },
    {
      what: 'Stop',
      read: ({ column }) => column('stop').map((kind) => (kind === 0 ? 0 : 1)),
      word: (value) => (value === 0 ? 'none' : 'asked for'),
    },
    ...bits('errors', 'Error flags'),
    ...bits('reflex reason', 'Reflex reason'),
    {
      what: 'Stop box',
      read: ({ column }) => column('stop box inputs'),
      word: (value) => listed(bitNames(value, BOX_INPUTS)),
    },
    {
      what: 'States lost',
      read: ({ column }) => column('message id gap'),
      word: (value) => String(value),
    },
  ]
}
