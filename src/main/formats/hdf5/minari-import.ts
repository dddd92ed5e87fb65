import { join } from 'node:path'
import { ForeignFileError } from '../../policy/exchange/foreign-file-error.ts'
import type { DatasetImporter } from '../dataset-importer.ts'
import { Hdf5Input } from './hdf5-input.ts'
import { foreignMinari } from './minari-foreign.ts'
import { DATA_FILE, METADATA_FILE, OWN_KEY, minariData } from './minari-layout.ts'
import { readMetadata } from './minari-metadata.ts'
import { ownMinari } from './minari-own.ts'

/** A dataset folder of Minari, of ours or of anybody; also its `data` folder, or a file in that. */
export const minariImporter: DatasetImporter = {
  format: 'minari',
  label: 'Minari',
  recognises: (path) => Promise.resolve(minariData(path) !== null),
  files: (path) => [METADATA_FILE, DATA_FILE].map((name) => join(folderOf(path), name)),
  open: async (path, hints) => {
    const folder = folderOf(path)
    const metadata = readMetadata(join(folder, METADATA_FILE))
    if (metadata.data_format !== 'hdf5')
      throw new ForeignFileError('unsupported', `its data are in the format ${metadata.data_format}; HDF5 is read here`)
    const file = await Hdf5Input.open(join(folder, DATA_FILE))
    try {
      const own = metadata[OWN_KEY]
      return own === undefined ? foreignMinari(file, metadata, hints) : ownMinari(file, metadata, own)
    } catch (error) {
      file.close()
      throw error
    }
  },
}

function folderOf(path: string): string {
  const folder = minariData(path)
  if (folder) return folder
  throw new ForeignFileError('unreadable', `it does not hold ${METADATA_FILE} and ${DATA_FILE}`)
}
