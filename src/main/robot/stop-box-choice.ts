import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { refusal } from '../../contract/problem.ts'

const choiceSchema = z.object({ stopBox: z.string() })

/**
 * The serial port of the stop box that a person chose, kept over restarts: a station that quietly forgot its stop box
 * would let the arm move without it. Empty when none is used.
 */
export class StopBoxChoice {
  readonly #file: string

  constructor(home: string) {
    this.#file = join(home, 'station.json')
  }

  /** Refuses with `station-settings` when the file is damaged. */
  read(): string {
    if (!existsSync(this.#file)) return ''
    try {
      return choiceSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8'))).stopBox
    } catch (error) {
      throw refusal(
        'station-settings',
        `${this.#file} is damaged, so it is not known whether a stop box is in use. Forager does not start; data are not affected.`,
        'Delete that file, start Forager, and choose the stop box again.',
        String(error),
      )
    }
  }

  write(path: string): void {
    writeFileSync(this.#file, `${JSON.stringify({ stopBox: path })}\n`)
  }
}
