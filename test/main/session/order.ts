import { join } from 'node:path'
import { explorerSettings } from '../../../src/main/session/explorer-settings.ts'
import type { SessionOrder } from '../../../src/main/session/session-order.ts'
import { DISK_FLOOR_BYTES } from '../../../src/main/platform/disk.ts'
import { native } from '../../../src/main/platform/native.ts'
import { temporaryFolder } from '../dataset/synthetic.ts'

/** A run of the in-process arm with the random explorer, 200 steps an episode. */
export function order(changes: Partial<SessionOrder> = {}): Omit<SessionOrder, 'control'> {
  return {
    path: join(temporaryFolder(), 'a.forager'),
    world: 'panda',
    worldOptions: {},
    explorer: 'random',
    mode: 'paper',
    settings: explorerSettings(native.describeExplorers(), 'random', 'paper'),
    seed: 1,
    target: 1000,
    stepsPerEpisode: 200,
    operator: 'a test',
    notes: '',
    robot: 'in-process',
    armId: null,
    diskFloorBytes: DISK_FLOOR_BYTES,
    live: false,
    ...changes,
  }
}
