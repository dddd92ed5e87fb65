import type { Mode, WorldName } from '../../../src/contract/world.ts'
import { openRecording } from '../../../src/main/dataset/dataset-recorder.ts'
import { newRunSheet } from '../../../src/main/dataset/run-sheet.ts'
import { native } from '../../../src/main/platform/native.ts'
import type { ExplorerLearning } from '../../../src/main/platform/native-explore.ts'
import { explorerSettings } from '../../../src/main/session/explorer-settings.ts'
import { SessionControl } from '../../../src/main/session/session-control.ts'
import { SessionLoop } from '../../../src/main/session/session-loop.ts'
import type { SessionEnd } from '../../../src/main/session/session-order.ts'
import { learns, makeExplorer, recallDataset } from '../../../src/main/workers/open-explorer.ts'
import { openWorld } from '../../../src/main/world/open-world.ts'

export interface Exploration {
  path: string
  world: WorldName
  explorer: string
  mode: Mode
  changes: Record<string, number>
  target: number
  stepsPerEpisode: number
  /** Asks for the end when so many are over. */
  endAfterEpisodes?: number
}

/** One run of a world at full speed in the calling thread, as the session thread does it. */
export async function exploreInPlace(
  of: Exploration,
): Promise<{ end: SessionEnd; learning: ExplorerLearning; stateBytes: number }> {
  const { path, explorer: name, mode, target, stepsPerEpisode, endAfterEpisodes = Infinity } = of
  const seed = 7
  const world = await openWorld({ world: of.world, seed, options: {}, armId: null, robot: 'in-process' })
  const settings = explorerSettings(native.describeExplorers(), name, mode, of.changes)
  const choices = { explorer: name, mode, settings, seed, target, stepsPerEpisode }
  const sheet = newRunSheet(path, world.spec, { ...choices, operator: '', notes: '', appVersion: '0' }, learns(name))
  const recorder = openRecording({ path, sheet, box: world.spec.tooltipBox, explorerLearns: learns(name) })
  const explorer = makeExplorer(choices, world.spec)
  recallDataset(explorer, { ...choices, path })
  const control = new SessionControl()
  const endEpisode = world.endEpisode.bind(world)
  let episodes = 0
  world.endEpisode = () => {
    endEpisode()
    if (++episodes >= endAfterEpisodes) control.requestEnd()
  }
  const listener = { progress: () => undefined, live: () => undefined }
  const loop = new SessionLoop(
    { world, explorer, recorder, control, listener, freeBytes: () => Infinity },
    { target, stepsPerEpisode, diskFloorBytes: 0, live: false },
  )
  try {
    return { end: loop.run(), learning: explorer.learning(), stateBytes: explorer.saveState().byteLength }
  } finally {
    explorer.close()
    recorder.close()
    await world.close()
  }
}
