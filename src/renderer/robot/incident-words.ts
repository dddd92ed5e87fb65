import type { WordSignal } from './incident-signals.ts'

const MODES = ['not ready', 'idle', 'moving', 'guided by hand', 'reflex', 'user stopped', 'recovering']
const ACTIVITIES = ['none', 'starting', 'moving home', 'episode', 'stopping', 'held', 'recovering']
const BOX_INPUTS = ['channel A closed', 'channel B closed', 'grip in the middle', 'reset pressed']

const named = (names: readonly string[]) => (value: number) => names[value] ?? String(value)

/** Names of the bits that are set, of a whole number below 2^53. */
export function bitNames(value: number, names: readonly string[]): string[] {
  const found: string[] = []
  for (let bit = 0, left = value; left >= 1; bit++, left = Math.floor(left / 2))
    if (left % 2 === 1) found.push(names[bit] ?? `bit ${bit}`)
  return found
}

const listed = (found: readonly string[]): string => (found.length === 0 ? 'none' : found.join(', '))

/** Flags of the robot are recorded in two columns, because a single-precision number holds 24 bits; a double has room for all. */
const LOW_FLAGS = 21

function joined(low: Float32Array, high: Float32Array): Float64Array {
  return Float64Array.from(low, (bits, i) => bits + (high[i] ?? 0) * 2 ** LOW_FLAGS)
}

/** Signals of an incident that are words; `flags` are the raw names of the robot's error flags in their order. */
export function wordSignals(flags: readonly string[]): WordSignal[] {
  const flagSignal = (group: string, what: string): WordSignal => ({
    what,
    read: ({ column }) => joined(column(group, 'flags 0-20'), column(group, 'flags 21-40')),
    word: (value) => listed(bitNames(value, flags)),
  })
  return [
    { what: 'Robot mode', read: ({ column }) => column('robot mode'), word: named(MODES) },
    { what: 'Motion', read: ({ column }) => column('activity'), word: named(ACTIVITIES) },
    {
      what: 'Stop',
      read: ({ column }) => column('stop').map((kind) => (kind === 0 ? 0 : 1)),
      word: (value) => (value === 0 ? 'none' : 'asked for'),
    },
    flagSignal('errors', 'Error flags'),
    flagSignal('reflex reason', 'Reflex reason'),
    {
      what: 'Stop box',
      read: ({ column }) => column('stop box inputs'),
      word: (value) => listed(bitNames(value, BOX_INPUTS)),
    },
    // Lost on the way, or passed over because a newer one was there already.
    {
      what: 'States missed',
      read: ({ column }) => column('message id gap'),
      word: (value) => String(value),
      counts: true,
    },
  ]
}
