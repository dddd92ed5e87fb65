import { closeSync, openSync } from 'node:fs'
import { endReasonSchema } from '../../../contract/dataset.ts'
import type { RunSheet } from '../../../contract/dataset.ts'
import type { ActionChoice } from '../../../contract/exchange.ts'
import type { RecordedEpisode } from '../../dataset/dataset-reader.ts'
import { bytesOf } from '../../dataset/episode-data.ts'
import { physicalActions } from '../chosen-actions.ts'
import type { Counts, DatasetExporter } from '../dataset-exporter.ts'
import type { EpisodeSource } from '../episode-source.ts'
import { npyHeader, npyText } from './npy-header.ts'
import type { NpyType } from './npy-header.ts'
import { countArrays } from './npz-count.ts'
import { actionPrefixes, hasTooltip, scaleLosses } from './step-columns.ts'
import { StoredZip } from './stored-zip.ts'

/** An array whose length is known before its content. */
interface Signal {
  name: string
  type: NpyType
  shape: number[]
  rows(episode: RecordedEpisode): Uint8Array
}

/** One array per signal over all episodes, and where each episode begins: numpy.load() and nothing else. */
export const npzExporter: DatasetExporter = {
  format: 'npz',
  label: 'NumPy arrays (NPZ)',
  summary: 'One array per signal and where each episode begins; for numpy.load and PyTorch loaders.',
  makes: 'file',
  extension: '.npz',
  actionUnits: 'physical',
  losses: ({ sheet }) => [
    'The state of the explorer: the run cannot be continued from this file.',
    'Sentences about why an episode ended; the end reasons are kept.',
    ...scaleLosses(sheet),
  ],
  write,
  recount: countArrays,
}

async function write(source: EpisodeSource, partial: string, { actions }: { actions: ActionChoice }): Promise<void> {
  const { sheet, totals } = source
  const signals = signalsOf(sheet, totals, actions)
  const headers = signals.map(({ type, shape }) => npyHeader(type, shape))
  const unknown = Array.from({ length: totals.episodes }, () => ({
    episode: 0,
    steps: 0,
    startedAtMs: 0,
    endReason: '',
  }))
  const entries = [
    ...signals.map(({ name, type, shape }, i) => ({ name, size: headers[i]!.length + byteSize(type, shape) })),
    ...smallArrays(sheet, unknown).map(({ name, bytes }) => ({ name, size: bytes.length })),
  ].map(({ name, size }) => ({ name: `${name}.npy`, size }))
  const file = openSync(partial, 'wx')
  try {
    const zip = new StoredZip(file, entries)
    headers.forEach((header, i) => zip.append(i, header))
    const facts: EpisodeFacts[] = []
    for await (const episode of source.episodes()) {
      signals.forEach(({ rows }, i) => zip.append(i, rows(episode)))
      const { episode: number, steps, startedAtMs, endReason } = episode
      facts.push({ episode: number, steps, startedAtMs, endReason })
    }
    smallArrays(sheet, facts).forEach(({ bytes }, i) => zip.append(signals.length + i, bytes))
    zip.finish()
  } finally {
    closeSync(file)
  }
}

/** N = all transitions, E = episodes; signals at an instant have N + E rows. */
function signalsOf(sheet: RunSheet, totals: Counts, actions: ActionChoice): Signal[] {
  const { transitions: N, episodes: E } = totals
  const scales = sheet.action.map(({ scale }) => scale)
  const prefixes = actionPrefixes(actions)
  const S = sheet.observation.length
  const A = scales.length
  const Q = sheet.simulatorState.length
  return [
    { name: 'observation', type: '<f4', shape: [N + E, S], rows: ({ observations }) => bytesOf(observations) },
    {
      name: prefixes.policy,
      type: '<f4',
      shape: [N, A],
      rows: (of) => bytesOf(physicalActions(of.policyActions, scales)),
    },
    { name: prefixes.sent, type: '<f4', shape: [N, A], rows: (of) => bytesOf(physicalActions(of.sentActions, scales)) },
    ...(hasTooltip(sheet)
      ? [{ name: 'tip', type: '<f4', shape: [N + E, 3], rows: ({ tooltip }) => bytesOf(tooltip) } satisfies Signal]
      : []),
    ...(sheet.hasReward
      ? [{ name: 'reward', type: '<f4', shape: [N], rows: ({ rewards }) => bytesOf(rewards) } satisfies Signal]
      : []),
    ...(Q > 0
      ? [
          {
            name: 'simulator',
            type: '<f8',
            shape: [N + E, Q],
            rows: (of) => bytesOf(of.simulatorStates),
          } satisfies Signal,
        ]
      : []),
    { name: 'tick_time', type: '<i8', shape: [N + E], rows: ({ tickTimes }) => bytesOf(tickTimes) },
    { name: 'flags', type: '<u4', shape: [N], rows: ({ flags }) => bytesOf(flags) },
  ]
}

function byteSize(type: NpyType, shape: readonly number[]): number {
  const each = type === '<f8' || type === '<i8' ? 8 : 4
  return shape.reduce((product, length) => product * length, each)
}

interface EpisodeFacts {
  episode: number
  steps: number
  startedAtMs: number
  endReason: string
}

/** Arrays of one value per episode, and the texts. Their sizes depend on the number of episodes only. */
function smallArrays(sheet: RunSheet, facts: readonly EpisodeFacts[]): { name: string; bytes: Buffer }[] {
  const offsets = [0]
  for (const { steps } of facts) offsets.push(offsets.at(-1)! + steps)
  return [
    integers('episode_offset', offsets),
    integers(
      'observation_offset',
      offsets.map((offset, i) => offset + i),
    ),
    integers(
      'episode',
      facts.map(({ episode }) => episode),
    ),
    integers(
      'started_at',
      facts.map(({ startedAtMs }) => startedAtMs),
    ),
    texts(
      'end_reason',
      facts.map(({ endReason }) => endReason),
      Math.max(...endReasonSchema.options.map(({ length }) => length)),
    ),
    texts(
      'observation_name',
      sheet.observation.map(({ name }) => name),
    ),
    texts(
      'observation_unit',
      sheet.observation.map(({ unit }) => unit),
    ),
    texts(
      'action_name',
      sheet.action.map(({ name }) => name),
    ),
    texts(
      'action_unit',
      sheet.action.map(({ unit }) => unit),
    ),
    texts('run_sheet', [JSON.stringify(sheet)]),
  ]
}

function integers(name: string, values: readonly number[]): { name: string; bytes: Buffer } {
  const data = BigInt64Array.from(values, BigInt)
  return { name, bytes: Buffer.concat([npyHeader('<i8', [values.length]), bytesOf(data)]) }
}

function texts(name: string, values: readonly string[], width = 1): { name: string; bytes: Buffer } {
  const { type, bytes } = npyText(values, width)
  return { name, bytes: Buffer.concat([npyHeader(type, [values.length]), bytes]) }
}
