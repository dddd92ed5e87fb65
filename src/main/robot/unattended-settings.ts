import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { refusal } from '../../contract/problem.ts'
import { MOST_RECOVERIES_PER_HOUR, unattendedSchema } from '../../contract/unattended.ts'
import type { Unattended } from '../../contract/unattended.ts'
import { writeDurably } from '../platform/durable-file.ts'

/** What a person allows a run to go on after without one. Nothing, until somebody has said otherwise. */
export class UnattendedSettings {
  readonly #file: string

  constructor(home: string) {
    this.#file = join(home, 'unattended.json')
  }

  /** Refuses with `unattended-damaged`; a run then always asks. */
  read(): Unattended {
    if (!existsSync(this.#file)) return { causes: [], perHour: MOST_RECOVERIES_PER_HOUR }
    try {
      return unattendedSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')))
    } catch (error) {
      throw refusal(
        'unattended-damaged',
        `${this.#file} cannot be read. After each stop a person is asked.`,
        'Set again on the Robot screen, under Limits, what a run may go on after.',
        String(error),
      )
    }
  }

  write(settings: Unattended): void {
    writeDurably(this.#file, `${JSON.stringify(settings)}\n`)
  }
}
