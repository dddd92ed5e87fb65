import type { BulkEpisode } from '../dataset/bulk-writer.ts'
import type { EpisodeShape, EpisodeSignals } from '../dataset/episode-data.ts'
import { ForeignFileError } from '../policy/exchange/foreign-file-error.ts'
import type { ForeignEpisode } from './dataset-importer.ts'

/** Between the nominal times of two episodes, ns: time in which other programs reset, which they do not say. */
const BETWEEN_EPISODES_NS = 1_000_000_000n

/**
 * An episode as it will be stored, with what the file does not know filled in: what was sent is what was asked for, the
 * times are nominal. Throws ForeignFileError for lengths that do not fit and values that are not numbers.
 */
export function storedEpisode(
  foreign: ForeignEpisode,
  number: number,
  stepPeriodS: number,
  shape: EpisodeShape,
): BulkEpisode {
  const { observationSize: S, actionSize: A, rewardSize: R, simulatorStateSize: Q } = shape
  const steps = foreign.observations.length / S - 1
  const episode = foreign.number ?? number
  if (!Number.isInteger(steps) || steps < 1)
    throw new ForeignFileError('damaged', `its episode ${episode} has ${foreign.observations.length} observed values`)
  const signals: EpisodeSignals = {
    observations: foreign.observations,
    policyActions: foreign.policyActions,
    sentActions: foreign.sentActions ?? foreign.policyActions,
    tooltip: foreign.tooltip ?? new Float32Array(3 * (steps + 1)),
    tickTimes: foreign.tickTimes ?? nominalTimes(episode, steps, stepPeriodS),
    flags: foreign.flags ?? new Uint32Array(steps),
    rewards: foreign.rewards ?? new Float32Array(0),
    simulatorStates: foreign.simulatorStates ?? new Float64Array(0),
  }
  const lengths: Record<keyof EpisodeSignals, number> = {
    observations: (steps + 1) * S,
    policyActions: steps * A,
    sentActions: steps * A,
    tooltip: (steps + 1) * 3,
    tickTimes: steps + 1,
    flags: steps,
    rewards: steps * R,
    simulatorStates: (steps + 1) * Q,
  }
  for (const [name, length] of Object.entries(lengths) as [keyof EpisodeSignals, number][]) {
    if (signals[name].length === length) continue
    const what = `${signals[name].length} values of ${name} instead of ${length}`
    throw new ForeignFileError('damaged', `its episode ${episode} of ${steps} steps has ${what}`)
  }
  refuseNotFinite(signals, episode)
  const { end, skill, startedAtMs } = foreign
  return { episode, steps, startedAtMs: startedAtMs ?? 0, signals, end, skill }
}

function nominalTimes(episode: number, steps: number, stepPeriodS: number): BigInt64Array {
  const start = BigInt(episode) * BETWEEN_EPISODES_NS
  return BigInt64Array.from({ length: steps + 1 }, (_, t) => start + BigInt(Math.round(t * stepPeriodS * 1e9)))
}

function refuseNotFinite(signals: EpisodeSignals, episode: number): void {
  const { observations, policyActions, sentActions, tooltip, rewards, simulatorStates } = signals
  const arrays = { observations, policyActions, sentActions, tooltip, rewards, simulatorStates }
  for (const [name, values] of Object.entries(arrays)) {
    const at = values.findIndex((value) => !Number.isFinite(value))
    if (at < 0) continue
    throw new ForeignFileError(
      'unfit',
      `the ${name} of its episode ${episode} have a value that is not a number, at index ${at}`,
    )
  }
}
