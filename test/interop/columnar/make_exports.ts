/**
 * Writes each dataset NAME.forager of a folder as NAME.npz, NAME.csv, NAME.parquet, NAME.rlds and NAME.lerobot beside it.
 *   node make_exports.ts FOLDER NAME...
 */
import { join } from 'node:path'
import { exportDataset } from '../../../src/main/formats/export-dataset.ts'

const [folder = '.', ...names] = process.argv.slice(2)
const seams = { progress: () => undefined, signal: new AbortController().signal }
for (const name of names) {
  const path = join(folder, `${name}.forager`)
  for (const format of ['npz', 'csv', 'parquet', 'rlds', 'lerobot'])
    await exportDataset({ path, format, out: join(folder, `${name}.${format}`), actions: 'policy' }, seams)
}
