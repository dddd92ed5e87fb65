import { setTimeout as sleep } from 'node:timers/promises'
import { ProblemError, refusal } from '../../contract/problem.ts'
import { StopBoxChoice } from '../robot/stop-box-choice.ts'
import { StopBoxKeeper } from '../robot/stop-box-keeper.ts'
import type { VerbInput } from './verb.ts'

/** A person walks to the box, closes it and presses its reset. */
const READY_WITHIN = 60_000 // ms
const LOOK_EVERY = 50 // ms

export interface TakenStopBox {
  /** The arm that it stops from now on. */
  guard(armId: number): void
  close(): void
}

/**
 * The stop box that this station uses, ready to let the arm move; null when it uses none. Waits for a person to close it.
 * Refuses with `stop-box-not-ready`: an arm does not move without the box that a person counts on.
 */
export async function takeStopBox(input: VerbInput, home: string): Promise<TakenStopBox | null> {
  const choice = new StopBoxChoice(home)
  if (choice.read().path === '') return null
  const box = new StopBoxKeeper(
    choice,
    ({ message }) => input.progress(message),
    () => undefined,
  )
  box.restore()
  try {
    await ready(box, input)
  } catch (error) {
    box.close()
    throw error
  }
  return { guard: (armId) => box.guard(armId), close: () => box.close() }
}

async function ready(box: StopBoxKeeper, input: VerbInput): Promise<void> {
  let told = ''
  for (const deadline = performance.now() + READY_WITHIN; box.problem() !== null; await sleep(LOOK_EVERY)) {
    const { state, message, path } = box.state()
    const problem = box.problem()
    if (problem !== null && (state === 'lost' || performance.now() > deadline)) throw new ProblemError(problem)
    if (input.signal.aborted)
      throw refusal(
        'interrupted',
        'The run was interrupted before the stop box was ready. Nothing moved.',
        'Start it again.',
      )
    if (message !== told) input.progress(`stop box at ${path}: ${message}`)
    told = message
  }
}
