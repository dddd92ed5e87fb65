import type { SessionProgress } from '../../contract/session.ts'
import { formatClock, formatDay, formatNumber } from '../parts/format.ts'

/** Two lines about the run. In the second, `name` is what may be cut when it is long; the state never is. */
export interface RunWords {
  title: string
  before: string
  name: string
  after: string
}

/** `stopped`: a stop of the arm is latched; it pauses the run. `receivedAt`: when the progress came, ms since the epoch. */
export function runWords(progress: SessionProgress | null, stopped: boolean, receivedAt: number): RunWords {
  const { state } = progress ?? { state: 'none' }
  if (progress === null || state === 'none') return says('No run', 'nothing is being collected')
  if (state === 'done') {
    const { endedAt } = progress
    return says(
      'No run',
      endedAt === null ? 'the last run ended' : `last run ended ${formatDay(endedAt)}, ${formatClock(endedAt)}`,
    )
  }
  const counted = `${formatNumber(progress.transitions)} of ${formatNumber(progress.target)}`
  const name = progress.dataset?.name ?? ''
  if (state === 'failed') return says(counted, 'Failed · data so far on disk')
  if (state === 'ending') return { title: counted, before: 'Ending · ', name, after: '' }
  if (stopped) return says(counted, 'Stopped · all on disk')
  if (state === 'paused') return { title: counted, before: 'Paused · ', name, after: '' }
  if (state === 'pausing') return { title: counted, before: 'Pausing · ', name, after: '' }
  const { etaS } = progress
  const after = etaS === null ? '' : ` · done ${formatClock(receivedAt + etaS * 1000)}`
  return { title: counted, before: '', name, after }
}

const says = (title: string, words: string): RunWords => ({ title, before: words, name: '', after: '' })
