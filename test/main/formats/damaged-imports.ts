import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatasetReader } from '../../../src/main/dataset/dataset-reader.ts'
import { OWN_KEY } from '../../../src/main/formats/hdf5/minari-layout.ts'
import { forkProcess } from '../../../src/main/platform/own-process.ts'
import type { OwnProcess } from '../../../src/main/platform/own-process.ts'
import { leftoversOf } from '../../../src/main/workers/exchange-process.ts'
import { Mutations } from '../policy/mutations.ts'
import { recordRandom } from './datasets-of-all-kinds.ts'
import { exported } from './exchange.ts'
import { writeForeignD4rl } from './foreign-hdf5.ts'
import type { ImportOutcome, ImportTry } from './import-worker.ts'

/** An undamaged one takes milliseconds; on a busy machine a process begins in seconds. */
const PATIENCE_MS = 60_000

/** What became of damaged files: every one is refused or read whole. */
export interface Tally {
  refused: number
  taken: number
  /** How often each refusal was given. */
  codes: Record<string, number>
}

/** A file that can be imported, and which of its parts get damaged: as bytes, or as JSON. */
export interface Original {
  path: string
  parts: { file: string; as: 'bytes' | 'json' }[]
}

/**
 * Makes `count` damaged copies, one after another, and imports each in another process, as the station does: it is
 * refused, or read, and never half of it. A process that dies, or that is busy for too long, is ended and counts as a
 * refusal (`exchange-failed`), after which the next one goes on with a new process.
 */
export async function damageImports(original: Original, format: string, seed: number, count: number): Promise<Tally> {
  const mutations = new Mutations(seed)
  const tally: Tally = { refused: 0, taken: 0, codes: {} }
  const home = mkdtempSync(join(tmpdir(), 'forager-damage-'))
  const importer = new Importer()
  try {
    for (let i = 0; i < count; i++) {
      const copy = join(home, 'damaged')
      rmSync(copy, { recursive: true, force: true })
      cpSync(original.path, copy, { recursive: true })
      const { file, as } = mutations.pick(original.parts)
      damage(join(copy, file), as, mutations)
      const out = join(home, 'new.forager')
      counted(tally, out, await importer.run({ path: copy, out, format }), `damage ${i} of seed ${seed} to ${file}`)
    }
  } finally {
    await importer.end()
    rmSync(home, { recursive: true, force: true })
  }
  return tally
}

function damage(file: string, as: 'bytes' | 'json', mutations: Mutations): void {
  const bytes = readFileSync(file)
  if (as === 'bytes') writeFileSync(file, mutations.bytes(bytes))
  else writeFileSync(file, JSON.stringify(mutations.json(JSON.parse(bytes.toString('utf8')))))
}

function counted(tally: Tally, out: string, outcome: ImportOutcome, what: string): void {
  if ('defect' in outcome) throw new Error(`${what} was not refused: ${outcome.defect}`)
  if ('code' in outcome) {
    const left = readdirSync(dirname(out)).filter((name) => name !== 'damaged')
    if (left.length > 0) throw new Error(`${what} was refused with ${outcome.code} and left ${left.join()}`)
    tally.refused += 1
    tally.codes[outcome.code] = (tally.codes[outcome.code] ?? 0) + 1
    return
  }
  readWhole(out, outcome)
  rmSync(out)
  tally.taken += 1
}

/** Memory of a process that imports, MB; as in the station. */
const MEMORY_MB = 2048

/** A process for imports that is begun again after it was ended. */
class Importer {
  #child: OwnProcess | null = null
  #settle: (outcome: ImportOutcome | null) => void = () => undefined
  #tries = 0

  async run(order: ImportTry): Promise<ImportOutcome> {
    // A library cannot close every damaged file; what a process left open is closed when it ends.
    this.#tries += 1
    if (this.#tries % 200 === 0) await this.end()
    const child = (this.#child ??= this.#begin())
    const outcome = await new Promise<ImportOutcome | null>((resolve) => {
      const timer = setTimeout(() => this.#settle(null), PATIENCE_MS)
      this.#settle = (result) => {
        clearTimeout(timer)
        resolve(result)
      }
      child.post(order)
    })
    if (outcome) return outcome
    await this.end()
    for (const path of leftoversOf(order.out)) rmSync(path, { recursive: true, force: true })
    // Ended after the new dataset had its name: it is whole, or opening it fails the test.
    if (existsSync(order.out)) return contentCounts(order.out)
    return { code: 'exchange-failed' }
  }

  async end(): Promise<void> {
    const child = this.#child
    this.#child = null
    await child?.kill()
  }

  #begin(): OwnProcess {
    const child = forkProcess(new URL('./import-worker.ts', import.meta.url), MEMORY_MB)
    child.onMessage((message) => this.#settle(message as ImportOutcome))
    child.onExit(() => this.#child === child && this.#settle(null))
    return child
  }
}

/** What was taken opens, and has the episodes that the report says, each with its checksum. */
function readWhole(path: string, { episodes, transitions }: { episodes: number; transitions: number }): void {
  const reader = new DatasetReader(path)
  try {
    const found = [...reader.trainingEpisodes()]
    const steps = found.reduce((sum, episode) => sum + episode.steps, 0)
    if (found.length !== episodes || steps !== transitions) throw new Error('the report is not about what was made')
  } finally {
    reader.close()
  }
}

function contentCounts(path: string): { episodes: number; transitions: number } {
  const reader = new DatasetReader(path)
  try {
    return reader.totals()
  } finally {
    reader.close()
  }
}

/** A small export to damage, in a folder. */
async function smallExport(home: string, format: string, name: string): Promise<string> {
  mkdirSync(home, { recursive: true })
  const path = join(home, 'small.forager')
  if (!statSync(path, { throwIfNoEntry: false }))
    recordRandom(path, { kind: 'locomotion', seed: 3, episodes: 3, longest: 6, notes: 'Ünïcode' })
  const out = join(home, name)
  await exported(path, format, out)
  return out
}

/** The HDF5 family: of ours, and as others write it. */
export const HDF5_ORIGINALS: Record<string, { format: string; make(home: string): Promise<Original> }> = {
  'D4RL files of ours': {
    format: 'd4rl',
    make: async (home) => ({ path: await smallExport(home, 'd4rl', 'own.hdf5'), parts: [{ file: '', as: 'bytes' }] }),
  },
  'D4RL files of others': {
    format: 'd4rl',
    make: async (home) => {
      mkdirSync(home, { recursive: true })
      const path = join(home, 'foreign.hdf5')
      await writeForeignD4rl(path)
      return { path, parts: [{ file: '', as: 'bytes' }] }
    },
  },
  'Minari folders of ours': {
    format: 'minari',
    make: async (home) => ({ path: await smallExport(home, 'minari', 'own-v0'), parts: MINARI_PARTS }),
  },
  'Minari folders of others': {
    format: 'minari',
    make: async (home) => {
      const path = await smallExport(home, 'minari', 'foreign-v0')
      const file = join(path, 'data/metadata.json')
      const metadata = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
      Reflect.deleteProperty(metadata, OWN_KEY)
      writeFileSync(file, JSON.stringify(metadata))
      return { path, parts: MINARI_PARTS }
    },
  },
}

const MINARI_PARTS: Original['parts'] = [
  { file: 'data/metadata.json', as: 'json' },
  { file: 'data/metadata.json', as: 'bytes' },
  { file: 'data/main_data.hdf5', as: 'bytes' },
  { file: 'data/main_data.hdf5', as: 'bytes' },
]
