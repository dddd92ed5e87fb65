import { average } from '../dataset.ts'
import type { Row } from '../draw.ts'

/** What a critic's value of transition t should be, when the next state is worth `value`. */
export type Backup = (t: Row, value: number) => number

interface BackupSettings {
  discount: number
  /** Row 2: with a reach task, reward and end are the means of the mini-batch. */
  meanReward: boolean
  reach: object | undefined
}

export function backupOf(batch: Row[], { discount, meanReward, reach }: BackupSettings): Backup {
  if (!meanReward || !reach) return (t, value) => t.r + discount * (1 - t.d) * value
  const reward = average(batch.map(({ r }) => r))
  const end = average(batch.map(({ d }) => d))
  return (_, value) => reward + discount * (1 - end) * value
}
