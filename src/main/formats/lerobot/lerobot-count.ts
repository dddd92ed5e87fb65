import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Counts } from '../dataset-exporter.ts'
import { ParquetInput } from '../table/parquet-input.ts'

/** Reads every column of every file of frames and of episodes; counts the frames of each episode in both. */
export async function countFrames(folder: string): Promise<Counts> {
  const lengths: number[] = []
  for (const path of parquetFiles(join(folder, 'meta/episodes')))
    await eachGroup(path, (columns) => lengths.push(...Array.from(columns.get('length')!, Number)))
  const frames = new Array<number>(lengths.length).fill(0)
  let transitions = 0
  for (const path of parquetFiles(join(folder, 'data'))) {
    await eachGroup(path, (columns, rows) => {
      const episodes = columns.get('episode_index')!
      for (let row = 0; row < rows; row++) frames[Number(episodes[row])]! += 1
      transitions += rows
    })
  }
  const wrong = lengths.findIndex((length, episode) => frames[episode] !== length)
  if (wrong >= 0) throw new Error(`episode ${wrong} has ${frames[wrong]} frames instead of ${lengths[wrong]}`)
  return { episodes: lengths.length, transitions }
}

/** In the order of their chunks and files. */
export function parquetFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.parquet'))
    .sort()
    .map((name) => join(folder, name))
}

async function eachGroup(
  path: string,
  take: (columns: Map<string, ArrayLike<unknown>>, rows: number) => void,
): Promise<void> {
  const input = await ParquetInput.open(path)
  try {
    for await (const { columns, rows } of input.groups(input.columns)) take(columns, rows)
  } finally {
    input.close()
  }
}
