import { availableParallelism } from 'node:os'
import { DatasetReader } from '../dataset/dataset-reader.ts'
import { native } from '../platform/native.ts'
import type { Explorer } from '../platform/native.ts'
import type { SessionOrder } from '../session/session-order.ts'
import type { WorldSpec } from '../world/world.ts'

/** True when what this explorer does depends on what it has seen. */
export function learns(explorer: string): boolean {
  return native.describeExplorers().some(({ name, learns: does }) => does && name === explorer)
}

/**
 * The explorer of a run, with every episode of its dataset in mind; the dataset exists. Its newest state is the loop's to
 * restore.
 */
export function openExplorer(
  order: Pick<SessionOrder, 'explorer' | 'mode' | 'settings' | 'seed' | 'target' | 'path' | 'threads'>,
  spec: WorldSpec,
): Explorer {
  const { explorer: name, mode, settings, seed, target, path, threads = availableParallelism() } = order
  const { observation, action, realTime } = spec
  const explorer = native.createExplorer({
    explorer: name,
    mode,
    observationSize: observation.length,
    actionSize: action.length,
    seed,
    settings,
    realTime,
    // Beside an arm learning has one processor at most.
    threads: realTime ? 1 : threads,
  })
  if (!learns(name)) return explorer
  explorer.reserve(target)
  const reader = new DatasetReader(path)
  try {
    for (const { episode, steps, observations, policyActions: actions, endReason } of reader.trainingEpisodes())
      explorer.recall({ episode, steps, observations, actions, terminal: endReason === 'terminal' })
  } finally {
    reader.close()
  }
  return explorer
}
