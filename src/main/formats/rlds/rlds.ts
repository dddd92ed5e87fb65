import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RecordedEpisode } from '../../dataset/dataset-reader.ts'
import type { DatasetExporter, ExportChoices } from '../dataset-exporter.ts'
import type { EpisodeSource } from '../episode-source.ts'
import { OutputFile } from '../output-file.ts'
import { countFolder } from './rlds-count.ts'
import { stepFields } from './rlds-features.ts'
import type { StepField } from './rlds-features.ts'
import { scaleLosses } from '../table/step-columns.ts'
import { encodeExample } from './tf-example.ts'
import type { ExampleValue } from './tf-example.ts'
import { tfrecordFrame } from './tfrecord-frame.ts'
import { datasetInfoJson, featuresJson, shardName, tfdsName } from './tfds-metadata.ts'
import type { Shard } from './tfds-metadata.ts'

/** A shard is closed by the episode that takes it to this size, bytes. */
const SHARD_BYTES = 512 << 20

/** A TensorFlow dataset of episodes with nested steps (Ramos et al. 2021), each with T + 1 steps. */
export const rldsExporter: DatasetExporter = {
  format: 'rlds',
  label: 'RLDS (TensorFlow Datasets)',
  summary:
    'Episodes of steps in TFRecord files with DROID names; for tfds.builder_from_directory and Open X-Embodiment.',
  makes: 'folder',
  extension: '',
  actionUnits: 'physical',
  losses: ({ sheet }) => [
    'The state of the explorer: the run cannot be continued from this folder.',
    ...(sheet.simulatorState.length > 0
      ? ['The states of the simulator: the files have no numbers of double precision.']
      : []),
    ...(sheet.hasReward ? [] : ['This world has no reward: the required field is 0 at every step.']),
    ...scaleLosses(sheet),
  ],
  write,
  recount: (folder) => Promise.resolve(countFolder(folder)),
}

async function write(source: EpisodeSource, partial: string, choices: ExportChoices): Promise<void> {
  const { sheet } = source
  const fields = stepFields(sheet, choices.actions)
  const scales = sheet.action.map(({ scale }) => scale)
  const name = tfdsName(sheet.name)
  mkdirSync(partial)
  const shards: Shard[] = []
  let file: OutputFile | null = null
  try {
    for await (const episode of source.episodes()) {
      if (file === null || file.size >= SHARD_BYTES) {
        file?.finish()
        file = new OutputFile(join(partial, `shard-${shards.length}`))
        shards.push({ episodes: 0, bytes: 0 })
      }
      const payload = encodeExample(exampleOf(episode, fields, scales))
      const { head, tail } = tfrecordFrame(payload)
      for (const bytes of [head, payload, tail]) file.write(bytes)
      const shard = shards.at(-1)!
      shard.episodes += 1
      shard.bytes += payload.length
    }
    file?.finish()
  } finally {
    file?.close()
  }
  // How many there are is part of each name, and known only now.
  shards.forEach((_, i) => renameSync(join(partial, `shard-${i}`), join(partial, shardName(name, i, shards.length))))
  writeJson(join(partial, 'features.json'), featuresJson(fields))
  writeJson(join(partial, 'dataset_info.json'), datasetInfoJson(name, sheet, shards))
  writeJson(join(partial, 'run_sheet.json'), sheet)
}

/** An episode of T transitions as one example: the values of all T + 1 steps of a field one after another. */
function exampleOf(
  episode: RecordedEpisode,
  fields: readonly StepField[],
  scales: readonly number[],
): Map<string, ExampleValue> {
  const example = new Map<string, ExampleValue>()
  for (const field of fields) {
    const values = field.values(episode, scales)
    example.set(
      `steps/${field.name}`,
      values instanceof Float32Array ? { kind: 'float', values } : { kind: 'int64', values },
    )
  }
  const { endReason, end, episode: number, startedAtMs, skill } = episode
  for (const [name, text] of [
    ['end_reason', endReason],
    ['end_message', end.message],
    ['stop_code', end.stopCode],
    ['stop_title', end.stopTitle],
  ] as const)
    example.set(`episode_metadata/${name}`, { kind: 'bytes', values: [Buffer.from(text, 'utf8')] })
  for (const [name, value] of [
    ['episode_id', number],
    ['started_at_ms', startedAtMs],
    ['skill', skill ?? -1],
  ] as const)
    example.set(`episode_metadata/${name}`, { kind: 'int64', values: [value] })
  return example
}

function writeJson(path: string, value: object): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`, { flag: 'wx' })
}
