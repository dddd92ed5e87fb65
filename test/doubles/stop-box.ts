import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** Inputs byte with both channels closed, and with reset pressed as well. */
export const CLOSED = 3
export const CLOSED_AND_RESET = 11

/** A stop box on a pseudo terminal, played by another process; the program opens its path like any serial port. */
export class StopBoxDouble {
  readonly path: string
  /** Host frames received so far, hex. */
  readonly hostFrames: string[] = []
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, path: string) {
    this.#child = child
    this.path = path
  }

  static async start(): Promise<StopBoxDouble> {
    const script = fileURLToPath(new URL('./stop-box.py', import.meta.url))
    const child = spawn('python3', [script], { stdio: ['pipe', 'pipe', 'inherit'] })
    const lines = createInterface({ input: child.stdout })
    return new Promise((resolve, reject) => {
      let box: StopBoxDouble | undefined
      child.once('error', reject)
      lines.on('line', (line) => {
        const [word, value = ''] = line.split(' ')
        if (word === 'path') resolve((box = new StopBoxDouble(child, value)))
        else box?.hostFrames.push(value)
      })
    })
  }

  inputs(bits: number): void {
    this.#say(`inputs ${bits}`)
  }

  /** What the box does from now on, or once. */
  do(what: 'silent' | 'stuck' | 'back' | 'speak' | 'unplug' | `noise ${number}`): void {
    this.#say(what)
  }

  stop(): void {
    this.#child.kill()
  }

  #say(line: string): void {
    this.#child.stdin?.write(`${line}\n`)
  }
}
