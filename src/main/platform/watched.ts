/** What a subscription needs of a value that changes: what it is now, and a call when it changed. */
export interface Feed<T> {
  current(): T
  /** Calls `listener` after each change; returns the function that ends it. */
  onChange(listener: () => void): () => void
}

/** A value with listeners. Listeners are told that it changed, not what changed: newest wins. */
export class Watched<T> implements Feed<T> {
  #value: T
  readonly #listeners = new Set<() => void>()

  constructor(value: T) {
    this.#value = value
  }

  current(): T {
    return this.#value
  }

  set(value: T): void {
    this.#value = value
    for (const listener of [...this.#listeners]) listener()
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }
}
