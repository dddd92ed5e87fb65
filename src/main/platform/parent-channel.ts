/** The channel of an own process to the process that started it. */
export interface ParentChannel {
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
}

/** What an Electron utility process has instead of Node's channel. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

/**
 * Has this process live as long as its owner, who ends it: Ctrl+C and the end of a group reach every process of it, and
 * the owner decides what becomes of the work.
 */
export function livesWithOwner(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
  process.on('disconnect', () => process.exit(1))
}

/** The channel of this process: that of Node's `fork`, or of Electron's utility process. */
export function parentChannel(): ParentChannel {
  const { parentPort } = process as unknown as { parentPort?: ParentPort }
  if (parentPort === undefined)
    return {
      send: (message) => void process.send?.(message),
      onMessage: (listener) => void process.on('message', listener),
    }
  return {
    send: (message) => parentPort.postMessage(message),
    onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data)),
  }
}
