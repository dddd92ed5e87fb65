import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { refusal } from '../../contract/problem.ts'
import { simulatedRobotEntry } from '../platform/worker-entry.ts'

/** The process of the simulated arm, as its owner sees it. */
export interface SimulatorProcess {
  /** TCP port on 127.0.0.1. */
  readonly port: number
  /** Called once when the process has ended, for whatever reason. */
  onExit(listener: () => void): void
  /** Ends the process; resolves when it is gone. */
  close(): Promise<void>
}

/** Starts the simulated arm. Electron's shell brings its own way, because its binary does not run plain Node. */
export type LaunchSimulator = () => Promise<SimulatorProcess>

const START_WITHIN = 10_000 // ms
const END_WITHIN = 700 // ms, before it is killed

/** The entry file of the process. */
export const simulatorEntry = (): string => fileURLToPath(simulatedRobotEntry())

/** The error when the process ended before it said its port. */
export function simulatorFailed(details: string): Error {
  return refusal(
    'simulator-failed',
    'The simulated arm did not start. No arm is connected.',
    'Try again. When it fails again, send the details to the people who maintain this station.',
    details,
  )
}

/** Starts the simulated arm as a child process of Node. */
export const forkSimulator: LaunchSimulator = () =>
  new Promise((resolve, reject) => {
    const child = fork(simulatorEntry(), [], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    let errors = ''
    child.stderr?.on('data', (text: Buffer) => (errors = (errors + text.toString()).slice(-4000)))
    const exited = new Promise<void>((done) => child.once('exit', () => done()))
    const timer = setTimeout(() => child.kill('SIGKILL'), START_WITHIN)
    const early = (): void => {
      clearTimeout(timer)
      reject(simulatorFailed(errors))
    }
    child.once('exit', early)
    child.once('error', early)
    child.once('message', (message: { port: number }) => {
      clearTimeout(timer)
      child.off('exit', early)
      resolve({
        port: message.port,
        onExit: (listener) => void exited.then(listener),
        close: async () => {
          child.kill('SIGTERM')
          const killer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN)
          await exited
          clearTimeout(killer)
        },
      })
    })
  })
