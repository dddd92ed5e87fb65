import { setTimeout as sleep } from 'node:timers/promises'

/** Waits for something that must become true; the test's own time limit is the only clock. */
export async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await sleep(10)
}
