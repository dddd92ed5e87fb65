import { test } from 'vitest'
import { goOut } from './ways-out.ts'
import type { WayOut } from './ways-out.ts'

/** One of each kind; all of them are in the long lane. */
const ways: WayOut[] = [
  'a run at the terminal, on SIGTERM',
  'a run whose disk is full',
  'a run at the terminal that is killed',
  'a program with an exception that nobody catches',
  'a policy that hangs',
  'the station, on SIGTERM',
]

test.each(ways)('%s', goOut)
