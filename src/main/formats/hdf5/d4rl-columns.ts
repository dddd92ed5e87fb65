import { ForeignFileError } from '../../policy/exchange/foreign-file-error.ts'
import type { Hdf5Column, Hdf5Input } from './hdf5-input.ts'

/** The datasets of the format; all have one row per step. */
export interface D4rlColumns {
  observations: Hdf5Column
  actions: Hdf5Column
  rewards: Hdf5Column
  terminals: Hdf5Column
  timeouts: Hdf5Column | null
  nextObservations: Hdf5Column | null
}

/** Finds them, and refuses what does not fit together. */
export function d4rlColumns(file: Hdf5Input): D4rlColumns {
  const columns = {
    observations: file.required('observations'),
    actions: file.required('actions'),
    rewards: file.required('rewards'),
    terminals: file.required('terminals'),
    timeouts: file.column('timeouts'),
    nextObservations: file.column('next_observations'),
  }
  const { observations, actions, rewards, terminals, timeouts, nextObservations } = columns
  const { rows } = observations
  for (const column of [actions, rewards, terminals, timeouts, nextObservations]) {
    if (!column || column.rows === rows) continue
    throw new ForeignFileError('damaged', `"${column.path}" has ${column.rows} rows, "observations" has ${rows}`)
  }
  for (const column of [observations, actions, nextObservations]) {
    if (!column || (column.shape.length === 2 && column.width > 0)) continue
    throw new ForeignFileError('unsupported', `"${column.path}" is not a table of rows and columns`)
  }
  for (const column of [rewards, terminals, timeouts]) {
    if (column && column.width !== 1)
      throw new ForeignFileError('damaged', `"${column.path}" has ${column.width} columns`)
  }
  if (nextObservations && nextObservations.width !== observations.width)
    throw new ForeignFileError('damaged', 'the next observations have another size than the observations')
  return columns
}
