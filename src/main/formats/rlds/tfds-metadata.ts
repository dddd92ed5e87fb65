import type { RunSheet } from '../../../contract/dataset.ts'
import type { StepField } from './rlds-features.ts'

const CLASSES = 'tensorflow_datasets.core.features'

/** One shard of a split as TFDS lists it. */
export interface Shard {
  episodes: number
  /** Of its payloads. */
  bytes: number
}

/** Facts of an episode beside its steps. */
export const EPISODE_TEXTS = ['end_reason', 'end_message', 'stop_code', 'stop_title'] as const
export const EPISODE_NUMBERS = ['episode_id', 'started_at_ms', 'skill'] as const

/** A word that is also a Python identifier, as TFDS wants the name of a dataset. */
export function tfdsName(name: string): string {
  const word = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  return /^[a-z]/.test(word) ? word : `dataset_${word}`
}

/** File name of shard `index` of `count`. */
export function shardName(name: string, index: number, count: number): string {
  const number = (value: number): string => String(value).padStart(5, '0')
  return `${name}-train.tfrecord-${number(index)}-of-${number(count)}`
}

/** `features.json`: the nested structure with types and shapes, as TFDS writes its feature connectors. */
export function featuresJson(fields: readonly StepField[]): object {
  const metadata = dictionary({
    ...Object.fromEntries(EPISODE_TEXTS.map((name) => [name, text()])),
    ...Object.fromEntries(EPISODE_NUMBERS.map((name) => [name, tensor('int64', [])])),
  })
  const steps = nested(
    fields.map((field) => [field.name.split('/'), tensor(field.type, field.shape, field.description)]),
  )
  return dictionary({
    steps: {
      pythonClassName: `${CLASSES}.dataset_feature.Dataset`,
      sequence: { feature: steps, length: '-1' },
    },
    episode_metadata: metadata,
  })
}

/** `dataset_info.json`. */
export function datasetInfoJson(name: string, sheet: RunSheet, shards: readonly Shard[]): object {
  return {
    name,
    version: '1.0.0',
    fileFormat: 'tfrecord',
    description:
      `${sheet.world} explored by ${sheet.explorer} (${sheet.mode} mode), seed ${sheet.seed}, ` +
      `${sheet.stepPeriodS} s per step. Recorded by Forager ${sheet.appVersion}. Steps follow RLDS; SI units.`,
    splits: [
      {
        name: 'train',
        filepathTemplate: '{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}',
        numBytes: String(shards.reduce((sum, { bytes }) => sum + bytes, 0)),
        shardLengths: shards.map(({ episodes }) => String(episodes)),
      },
    ],
  }
}

type Nested = [path: readonly string[], feature: object]

/** Features by path as dictionaries within dictionaries. */
function nested(entries: readonly Nested[]): object {
  const groups = new Map<string, Nested[]>()
  for (const [[first = '', ...rest], feature] of entries)
    groups.set(first, [...(groups.get(first) ?? []), [rest, feature]])
  return dictionary(
    Object.fromEntries(
      [...groups].map(([name, inner]) => [name, inner[0]![0].length === 0 ? inner[0]![1] : nested(inner)]),
    ),
  )
}

function dictionary(features: Record<string, object>): object {
  return { pythonClassName: `${CLASSES}.features_dict.FeaturesDict`, featuresDict: { features } }
}

function tensor(dtype: string, shape: readonly number[], description?: string): object {
  const scalar = shape.length === 0
  return {
    pythonClassName: `${CLASSES}.${scalar ? 'scalar.Scalar' : 'tensor_feature.Tensor'}`,
    ...(description === undefined ? {} : { description }),
    tensor: { shape: scalar ? {} : { dimensions: shape.map(String) }, dtype, encoding: 'none' },
  }
}

function text(): object {
  return { pythonClassName: `${CLASSES}.text_feature.Text`, text: {} }
}
