import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A program of ours in a process of its own, as its owner sees it: a fault there, even a fatal one, ends it alone. */
export interface OwnProcess {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once when it has ended, for whatever reason, with the end of what it wrote to stderr. */
  onExit(listener: (lastWords: string) => void): void
  /** Ends it at once; resolves when it is gone. */
  kill(): Promise<void>
}

/**
 * Starts the program in the file `entry`, whose JavaScript may take `memoryMb`. It speaks to its owner through
 * parentChannel(). Electron's shell brings its own way, because its binary does not run plain Node.
 */
export type LaunchProcess = (entry: URL, memoryMb: number) => OwnProcess

/** What is kept of stderr, characters. */
export const LAST_WORDS = 4000

/** Why a process ended that nobody had told to: of what it wrote to stderr, the line that names an error. */
export function endOf(lastWords: string): string {
  if (/out of memory|bad_alloc/i.test(lastWords)) return 'it needed more memory than it may take'
  const named = /^\w*Error\b.*$/m.exec(lastWords)?.[0].trim()
  return `its process ended${named === undefined ? '' : `: ${named}`}`
}

export const memoryLimit = (memoryMb: number): string => `--max-old-space-size=${memoryMb}`

/** Starts it as a child process of Node. */
export const forkProcess: LaunchProcess = (entry, memoryMb) => {
  const child = fork(fileURLToPath(entry), [], {
    execArgv: [memoryLimit(memoryMb)],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let lastWords = ''
  child.stderr?.on('data', (text: Buffer) => (lastWords = (lastWords + text.toString()).slice(-LAST_WORDS)))
  const exited = new Promise<void>((done) => {
    child.once('close', () => done())
    child.once('error', (error) => {
      lastWords += error.message
      done()
    })
  })
  return {
    // One that has just ended hears nothing; its end is told.
    post: (message) => void child.send(message as object, () => undefined),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void exited.then(() => listener(lastWords)),
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}
