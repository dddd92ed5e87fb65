import { Hdf5Output } from '../../../src/main/formats/hdf5/hdf5-output.ts'
import { Mutations } from '../policy/mutations.ts'

/** A D4RL file as another program would write it: 3 episodes of 4, 3 and 5 rows; a terminal, a timeout, an open end. */
export async function writeForeignD4rl(path: string, seed = 1): Promise<void> {
  const random = new Mutations(seed)
  const rows = 12
  const table = (width: number) => Float32Array.from({ length: rows * width }, () => 2 * random.random() - 1)
  const observations = table(3)
  const next = table(3)
  for (let row = 0; row + 1 < rows; row++) {
    if (row !== 3 && row !== 6) next.set(observations.subarray(3 * row + 3, 3 * row + 6), 3 * row)
  }
  const file = await Hdf5Output.create(path)
  const add = (name: string, width: number | null, values: Float32Array) =>
    file.rows(name, 'float32', width, rows).append(values)
  add('observations', 3, observations)
  add('next_observations', 3, next)
  add('actions', 2, table(2))
  add('rewards', null, table(1))
  file.rows('terminals', 'int8', null, rows).append(Int8Array.from({ length: rows }, (_, row) => Number(row === 3)))
  file.rows('timeouts', 'int8', null, rows).append(Int8Array.from({ length: rows }, (_, row) => Number(row === 6)))
  file.close()
}
