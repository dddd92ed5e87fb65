import type { Problem } from '../../contract/problem.ts'
import { api } from './api.ts'
import { useStation } from './station-store.ts'

/** Longer than any answer of a living station on a busy machine. */
const ANSWER_MS = 1000

const unreachable: Problem = {
  code: 'stop-not-delivered',
  message: 'STOP did not reach the station. Forager does not know whether the arm stops.',
  tip: 'Press the hardware stop now. Then look at the arm, and start the station again.',
}

/** Where a stop came from, as the stop's message names it. */
export type StopSource = 'button in the window' | 'Esc key' | 'Space bar'

/** Asks the station to stop the arm. Says so on screen when no answer comes; it never throws. */
export async function stopArm(source: StopSource): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), ANSWER_MS)
  })
  // A late answer still takes the warning back.
  const answered = api.robot.stop.mutate({ source }).then(() => useStation.setState({ stopProblem: null }))
  try {
    await Promise.race([answered, silence])
  } catch {
    // Whatever failed on the way, the person must assume that nothing stopped.
    useStation.setState({ stopProblem: unreachable })
  } finally {
    clearTimeout(timer)
  }
}
