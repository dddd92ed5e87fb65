import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../dataset/synthetic.ts'
import { LARGE, writeLargeDataset } from './large-dataset.ts'

interface Measured {
  resident: number
  transitions: number
  replayBytes: number
}

/** Trains from a dataset of so many episodes in a process of its own. */
async function measure(path: string, episodes: number): Promise<Measured> {
  writeLargeDataset(path, episodes)
  const program = fileURLToPath(new URL('./training-memory.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [program, path])
  return JSON.parse(stdout) as Measured
}

test.skipIf(process.platform !== 'linux')(
  'a million transitions take at most one and a half times their raw bytes while TD3 trains',
  async () => {
    const folder = temporaryFolder()
    const few = await measure(join(folder, 'few.forager'), 1)
    const million = await measure(join(folder, 'million.forager'), 1000)
    expect(million.transitions).toBe(1_000_000)
    const { observationSize, actionSize, steps } = LARGE
    // Float32 observations, one more than steps in each episode, actions and rewards, and a byte of flags.
    const raw = 1000 * (4 * observationSize * (steps + 1) + (4 * actionSize + 4 + 1) * steps)
    expect(million.replayBytes).toBeLessThan(raw)
    const ratio = (million.resident - few.resident) / raw
    expect(ratio).toBeGreaterThan(0.9) // the measurement does see the data
    expect(ratio).toBeLessThan(1.5)
  },
)
