import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { writeDurably } from '../platform/durable-file.ts'

/** Whether a person of this station has read what is safety-rated here and what is not; asked once, at the first start. */
export class SafetyNotice {
  readonly #file: string

  constructor(home: string) {
    this.#file = join(home, 'safety-notice-read.json')
  }

  isRead(): boolean {
    return existsSync(this.#file)
  }

  markRead(): void {
    if (!this.isRead()) writeDurably(this.#file, `${JSON.stringify({ readAt: new Date().toISOString() })}\n`)
  }
}
