import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { RunSheet } from '../../src/contract/dataset.ts'
import { BulkWriter } from '../../src/main/dataset/bulk-writer.ts'
import type { EpisodeSignals } from '../../src/main/dataset/episode-data.ts'
import { armLimits } from '../../src/main/platform/arm-model.ts'
import { pandaSpec } from '../../src/main/world/panda-world.ts'

/** Smooth, plausible signals of an arm; the seed makes each episode another one. */
function signalsOf(steps: number, seed: number): EpisodeSignals {
  const signals: EpisodeSignals = {
    observations: new Float32Array(14 * (steps + 1)),
    policyActions: new Float32Array(7 * steps),
    sentActions: new Float32Array(7 * steps),
    tooltip: new Float32Array(3 * (steps + 1)),
    tickTimes: new BigInt64Array(steps + 1),
    flags: new Uint32Array(steps),
    rewards: new Float32Array(0),
    simulatorStates: new Float64Array(0),
  }
  for (let t = 0; t <= steps; t++) {
    for (let joint = 0; joint < 7; joint++) {
      const phase = 0.05 * t + joint + seed
      signals.observations[14 * t + joint] = 0.4 * Math.sin(phase)
      signals.observations[14 * t + 7 + joint] = 0.4 * Math.cos(phase)
      if (t === steps) continue
      signals.policyActions[7 * t + joint] = 1.1 * Math.cos(phase + 0.1)
      signals.sentActions[7 * t + joint] = 0.8 * Math.cos(phase) + 0.1 * Math.sin(17 * phase)
    }
    signals.tooltip.set([0.45 + 0.2 * Math.sin(0.02 * t + seed), 0.3 * Math.sin(0.03 * t + seed), 0.4], 3 * t)
    signals.tickTimes[t] = BigInt(t) * 50_000_000n
    if (t < steps) signals.flags[t] = (t + seed) % 97 < 9 ? 2 | 512 : 0
  }
  return signals
}

/** Writes `episodes` episodes of `steps` steps each into `home/datasets/NAME.forager`. */
export function writeLargeDataset(home: string, name: string, episodes: number, steps: number): void {
  mkdirSync(join(home, 'datasets'), { recursive: true })
  const { observation, action, stepPeriodS, limitsHash } = pandaSpec('panda', 'in-process')
  const sheet: RunSheet = {
    format: 'forager-dataset',
    formatVersion: 1,
    id: name,
    name,
    world: 'panda',
    worldOptions: {},
    explorer: 'random',
    mode: 'paper',
    settings: {},
    seed: 0,
    target: episodes * steps,
    stepsPerEpisode: steps,
    stepPeriodS,
    observation,
    action,
    hasReward: false,
    simulatorState: [],
    robot: 'in-process',
    limitsHash,
    appVersion: '0',
    createdAt: Date.now(),
    operator: '',
    notes: '',
    imported: null,
  }
  // A station that runs already must not see it before it is whole.
  const unfinished = join(home, 'datasets', `.${name}.part`)
  const writer = new BulkWriter(unfinished, sheet, armLimits().box, false)
  // A few different episodes over and over: what is measured is how much there is, not what it says.
  const kinds = Array.from({ length: 32 }, (_, i) => signalsOf(steps, i))
  for (let i = 0; i < episodes; i++) {
    const wall = i % 13 === 5
    writer.add({
      episode: i + 1,
      steps,
      startedAtMs: sheet.createdAt + i * 1000,
      signals: kinds[(i * 7) % kinds.length]!,
      end: wall
        ? {
            reason: 'safety-limit',
            message: 'Tool tip at the left wall.',
            stopCode: 'workspace-box',
            stopTitle: 'Wall',
          }
        : { reason: 'step-limit', message: '', stopCode: '', stopTitle: '' },
      skill: null,
    })
  }
  writer.finish(sheet)
  renameSync(unfinished, join(home, 'datasets', `${name}.forager`))
}
