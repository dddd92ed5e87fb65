import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { refusal } from '../../contract/problem.ts'
import { writeDurably } from '../platform/durable-file.ts'

const choiceSchema = z.object({ stopBox: z.string(), needsGrip: z.boolean().default(false) })

export interface StopBoxSettings {
  /** Serial device, best by its /dev/serial/by-id name; empty when no box is used. */
  path: string
  /** Motion needs the enabling grip held in its middle position. */
  needsGrip: boolean
}

/**
 * The stop box that a person chose, kept over restarts: a station that quietly forgot its stop box
 * would let the arm move without it. Empty when none is used.
 */
export class StopBoxChoice {
  readonly #file: string

  constructor(home: string) {
    this.#file = join(home, 'station.json')
  }

  /** Refuses with `station-settings` when the file is damaged. */
  read(): StopBoxSettings {
    if (!existsSync(this.#file)) return { path: '', needsGrip: false }
    try {
      const { stopBox, needsGrip } = choiceSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')))
      return { path: stopBox, needsGrip }
    } catch (error) {
      throw refusal(
        'station-settings',
        `${this.#file} is damaged, so it is not known whether a stop box is in use. Forager does not start; data are not affected.`,
        'Delete that file, start Forager, and choose the stop box again.',
        String(error),
      )
    }
  }

  write({ path, needsGrip }: StopBoxSettings): void {
    writeDurably(this.#file, `${JSON.stringify({ stopBox: path, needsGrip })}\n`)
  }
}
