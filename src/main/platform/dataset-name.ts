import { basename } from 'node:path'

export const DATASET_EXTENSION = '.forager'

/** The name under which a dataset file is shown: its file name without the extension. */
export function datasetNameOf(path: string): string {
  return basename(path, DATASET_EXTENSION)
}
