import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Folder of datasets, policies and the catalogue when none is given: FORAGER_HOME, or the user's data folder. */
export function stationHome(): string {
  const { FORAGER_HOME: chosen, XDG_DATA_HOME: data } = process.env
  if (chosen !== undefined && chosen !== '') return resolve(chosen)
  return join(data !== undefined && data !== '' ? data : join(homedir(), '.local', 'share'), 'forager')
}
