import { availableParallelism } from 'node:os'
import { refusal } from '../../contract/problem.ts'
import { DatasetReader } from '../dataset/dataset-reader.ts'
import { native } from '../platform/native.ts'
import type { Explorer } from '../platform/native-explore.ts'
import type { SessionOrder } from '../session/session-order.ts'
import type { WorldSpec } from '../world/world.ts'

/** True when what this explorer does depends on what it has seen. */
export function learns(explorer: string): boolean {
  return native.describeExplorers().some(({ name, learns: does }) => does && name === explorer)
}

/** The explorer of a run, which has seen nothing yet. Refuses settings that do not fit together or into the memory. */
export function makeExplorer(
  order: Pick<SessionOrder, 'explorer' | 'mode' | 'settings' | 'seed' | 'threads'>,
  spec: WorldSpec,
): Explorer {
  const { explorer, mode, settings, seed, threads = availableParallelism() } = order
  const { observation, action, realTime } = spec
  try {
    return native.createExplorer({
      explorer,
      mode,
      observationSize: observation.length,
      actionSize: action.length,
      seed,
      settings,
      realTime,
      // Beside an arm learning has one processor at most.
      threads: realTime ? 1 : threads,
    })
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'explorer-refused') throw error
    throw refusal(
      'explorer-refused',
      `${(error as Error).message} Nothing is started.`,
      'Change the settings of the explorer, or take those of its mode.',
    )
  }
}

/** Tells an explorer that learns every episode of its dataset, which exists. Its newest state is the loop's to restore. */
export function recallDataset(explorer: Explorer, order: Pick<SessionOrder, 'explorer' | 'target' | 'path'>): void {
  if (!learns(order.explorer)) return
  explorer.reserve(order.target)
  const reader = new DatasetReader(order.path)
  try {
    for (const { episode, steps, observations, policyActions: actions, endReason } of reader.trainingEpisodes())
      explorer.recall({ episode, steps, observations, actions, terminal: endReason === 'terminal' })
  } finally {
    reader.close()
  }
}
