import { test } from 'vitest'
import { goOut } from './ways-out.ts'
import type { WayOut } from './ways-out.ts'

/** One of each kind; all of them are in the long lane. */
const ways: WayOut[] = [
  'a run at the terminal, on SIGTERM',
  'a run at the terminal that is killed: the robot stops by its own rule',
  'a program with an exception that nobody catches',
  'the station, on SIGTERM',
]

test.each(ways)('%s', goOut)
