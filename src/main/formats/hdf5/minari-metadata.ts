import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { ForeignFileError } from '../../policy/exchange/foreign-file-error.ts'
import type { ForeignEpisode } from '../dataset-importer.ts'
import type { Hdf5Input } from './hdf5-input.ts'
import { METADATA_FILE } from './minari-layout.ts'
import { parsePythonJson } from '../python-json.ts'

/** A metadata file of more bytes than this is none that we can use. */
const MOST_BYTES = 64 << 20

const metadataSchema = z.looseObject({
  total_episodes: z.int().nonnegative(),
  total_steps: z.int().nonnegative(),
  data_format: z.string().default('hdf5'),
  minari_version: z.string().default(''),
  action_space: z.string().optional(),
  env_spec: z.string().optional(),
})
export type MinariMetadata = z.infer<typeof metadataSchema>

/** Reads the JSON file of a Minari folder. Throws ForeignFileError when it is none. */
export function readMetadata(path: string): MinariMetadata {
  if (statSync(path).size > MOST_BYTES) throw new ForeignFileError('damaged', `${METADATA_FILE} is too large`)
  let json: unknown
  try {
    json = parsePythonJson(readFileSync(path, 'utf8'))
  } catch {
    throw new ForeignFileError('damaged', `${METADATA_FILE} is not JSON`)
  }
  const parsed = metadataSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const place = parsed.error.issues[0]?.path.join('.') ?? ''
  throw new ForeignFileError('damaged', `"${place}" in ${METADATA_FILE} is missing or has the wrong form`)
}

/** Reads the episodes that the metadata count, each by the path of its group; other counts in the file are a fault. */
export async function* countedEpisodes(
  file: Hdf5Input,
  { total_episodes: episodes, total_steps: total }: MinariMetadata,
  read: (group: string) => ForeignEpisode,
): AsyncGenerator<ForeignEpisode> {
  const groups = file.names('/').filter((name) => /^episode_\d+$/.test(name)).length
  if (groups !== episodes)
    throw new ForeignFileError('damaged', `it has ${groups} episodes, ${METADATA_FILE} says ${episodes}`)
  let steps = 0
  for (let id = 0; id < episodes; id++) {
    const group = `/episode_${id}`
    steps += file.required(`${group}/rewards`).rows
    yield await Promise.resolve(read(group))
  }
  if (steps !== total) throw new ForeignFileError('damaged', `it has ${steps} steps, ${METADATA_FILE} says ${total}`)
}
