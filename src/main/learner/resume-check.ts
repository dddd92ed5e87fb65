import type { DatasetOrigin, PolicySheet } from '../../contract/policy.ts'
import { refusal } from '../../contract/problem.ts'
import type { TrainingOrder } from './training-order.ts'

/** A resume continues the same training: same task, method, seed and data. Refuses another one. */
export function refuseOtherTraining(
  order: TrainingOrder,
  before: PolicySheet,
  origins: readonly DatasetOrigin[],
): void {
  const differs: [string, unknown, unknown][] = [
    ['task', JSON.stringify(before.task), JSON.stringify(order.task)],
    ['learner', before.learner, order.learner],
    ['mode', before.mode, order.mode],
    ['seed', before.seed, order.seed],
    ['actions', before.actions, order.actions],
    ['settings', sorted(before.settings), sorted(order.settings)],
  ]
  const wrong = differs.find(([, then, now]) => then !== now)
  if (wrong)
    throw refusal(
      'resume-differs',
      `The training in ${order.folder} was made with ${wrong[0]} ${String(wrong[1])}, not ${String(wrong[2])}. Nothing was changed.`,
      `Resume with the same ${wrong[0]}, or train into another folder.`,
    )
  const then = originsOf(before)
  if (
    then.length === origins.length &&
    then.every(({ hash, curation }, i) => hash === origins[i]?.hash && curation === origins[i].curation)
  )
    return
  throw refusal(
    'dataset-changed',
    `The training in ${order.folder} used ${describe(then)}; now it is ${describe(origins)}, or other data of that size. ` +
      'A resumed training would not be the same. Nothing was changed.',
    'Give the same datasets in the same order, as they were and with the same episodes kept, or train anew into another folder.',
  )
}

function originsOf({ dataset, joined }: PolicySheet): DatasetOrigin[] {
  return dataset ? [dataset, ...(joined ?? [])] : []
}

function describe(origins: readonly DatasetOrigin[]): string {
  if (origins.length === 0) return 'data that are not known'
  return origins.map(({ name, transitions }) => `${transitions} transitions of ${name}`).join(' and ')
}

function sorted(settings: Record<string, number>): string {
  return JSON.stringify(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)))
}
