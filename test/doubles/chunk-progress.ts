/**
 * Says on stderr how far a long row of chunks has come and how long the rest will take. A row that was narrowed down to
 * some of its chunks ends earlier than it says.
 */
export class ChunkProgress {
  readonly #title: string
  readonly #chunks: number
  readonly #began = performance.now()
  #done = 0

  constructor(title: string, chunks: number) {
    this.#title = title
    this.#chunks = chunks
  }

  /** A chunk has ended, well or not. */
  done(outcome: string): void {
    this.#done++
    const seconds = (performance.now() - this.#began) / 1000
    const left = (seconds / this.#done) * (this.#chunks - this.#done)
    const times = `${seconds.toFixed(0)} s so far, about ${left.toFixed(0)} s to go`
    process.stderr.write(`${this.#title}: ${this.#done} of ${this.#chunks} chunks, ${times}; ${outcome}\n`)
  }
}
