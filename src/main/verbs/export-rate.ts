import { closeSync, fsyncSync, openSync, readFileSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { EXPORTERS } from '../formats/exporters.ts'
import { exportDataset } from '../formats/export-dataset.ts'
import { inBenchFolder, writeArmDataset } from './bench-dataset.ts'

const EPISODES = 100
const STEPS = 1000
/** Each is done so often and the best counts: other programs can only slow one down. */
const REPEATS = 2

export interface ExportRate {
  format: string
  /** Bytes of the export per second, with the reading of the dataset, the counting afterwards and the forcing to disk. */
  written: number
  /** Bytes per second of writing the same files plainly and forcing them to disk. */
  plain: number
}

/** Exports of a hundred thousand transitions of the arm in every format, each beside writing its bytes and nothing else. */
export async function exportRates(): Promise<ExportRate[]> {
  return inBenchFolder(async (folder) => {
    const path = join(folder, 'bench.forager')
    writeArmDataset(path, EPISODES, STEPS)
    const rates: ExportRate[] = []
    for (const { format } of EXPORTERS) {
      // Minari reads the version of a dataset out of its name.
      const out = join(folder, 'bench-v0')
      const rate = { format, written: 0, plain: 0 }
      for (let repeat = 0; repeat < REPEATS; repeat++) {
        const startedAt = performance.now()
        const { bytes } = await exportDataset({ path, format, out, actions: 'policy' }, unwatched())
        rate.written = Math.max(rate.written, perSecond(bytes, startedAt))
        rate.plain = Math.max(rate.plain, plainRate(out, join(folder, 'plain')))
        rmSync(out, { recursive: true })
      }
      rates.push(rate)
    }
    return rates
  })
}

const unwatched = () => ({ progress: () => undefined, signal: new AbortController().signal })

function perSecond(bytes: number, startedAt: number): number {
  return (1000 * bytes) / (performance.now() - startedAt)
}

/** The files of an export as they lie in memory, written to one new file each. */
function plainRate(out: string, target: string): number {
  const names = statSync(out).isDirectory() ? readdirSync(out, { recursive: true, encoding: 'utf8' }) : ['']
  const contents = names
    .map((name) => join(out, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file))
  const startedAt = performance.now()
  for (const content of contents) {
    const file = openSync(target, 'w')
    for (let at = 0; at < content.length;) at += writeSync(file, content, at)
    fsyncSync(file)
    closeSync(file)
  }
  const bytes = contents.reduce((sum, { length }) => sum + length, 0)
  const rate = perSecond(bytes, startedAt)
  rmSync(target)
  return rate
}
