import { once } from 'node:events'
import { statSync } from 'node:fs'
import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { StepFlag } from '../../contract/dataset.ts'
import type { Coverage, RunSheet } from '../../contract/dataset.ts'
import { ProblemError, problemOf, refusal } from '../../contract/problem.ts'
import { terminalCommand } from '../../contract/terminal-command.ts'
import { workerEntry } from '../platform/worker-entry.ts'
import type { EpisodeEnd, EpisodeKept, EpisodeRecorder, ResumePoint } from '../session/episode-recorder.ts'
import type { StepRow } from '../world/step-row.ts'
import { CoverageGrid } from './coverage/coverage-grid.ts'
import type { RecordingOptions } from './dataset-recorder.ts'
import { logPath } from './log-path.ts'
import { COUNTERS, Counter } from './recording-order.ts'
import type { RecordingCall, RecordingNews, RecordingThreadData } from './recording-order.ts'

/** Calls that may wait for the disk before the run is given up: 100 s of a 20 Hz loop. */
const MOST_WAITING = 2000
/** How long a flush or a close waits for a disk that does nothing at all, ms. */
const PATIENCE_MS = 30_000

type Opened = Extract<RecordingNews, { kind: 'opened' }>

/**
 * Opens a dataset for recording in real time: a thread of its own commits each step while the next one runs, so that a
 * slow disk never delays an action. `patienceMs`: how long a flush or a close waits for a disk that does nothing at all.
 * Refuses as `openRecording` does.
 */
export async function openThreadedRecording(
  options: RecordingOptions,
  patienceMs = PATIENCE_MS,
): Promise<ThreadedRecorder> {
  const counters = new SharedArrayBuffer(4 * COUNTERS)
  const { port1, port2 } = new MessageChannel()
  const workerData: RecordingThreadData = { options, counters, port: port2 }
  const worker = new Worker(workerEntry('recording-worker'), { workerData, transferList: [port2] })
  const died = once(worker, 'error').then(([error]) => Promise.reject(new ProblemError(problemOf(error))))
  // Later failures are told through the counters.
  died.catch(() => undefined)
  const [news] = (await Promise.race([once(port1, 'message'), died])) as [RecordingNews]
  if (news.kind === 'opened') return new ThreadedRecorder(options.path, news, port1, counters, patienceMs)
  port1.close()
  throw new ProblemError(news.problem)
}

/** The calling thread's side: counts for itself, sends copies of rows, waits only in flush() and close(). */
export class ThreadedRecorder implements EpisodeRecorder {
  readonly sheet: RunSheet
  readonly resume: ResumePoint
  private readonly path: string
  private readonly port: MessagePort
  private readonly patienceMs: number
  private readonly shared: Int32Array
  private readonly grid: CoverageGrid | null
  private lastEpisode: number
  private sent = 0
  private running = false
  /** What the writing thread failed with, once it was told. */
  private failure: Error | null = null
  private closed = false
  private counts = { steps: 0, slowedSteps: 0, clippedSteps: 0, lateTicks: 0, newCells: 0 }

  constructor(path: string, opened: Opened, port: MessagePort, counters: SharedArrayBuffer, patienceMs: number) {
    this.path = path
    this.patienceMs = patienceMs
    this.sheet = opened.sheet
    this.resume = opened.resume
    this.port = port
    this.shared = new Int32Array(counters)
    this.grid = opened.box && opened.cells ? new CoverageGrid(opened.box, opened.cells) : null
    this.lastEpisode = opened.resume.lastEpisode
  }

  get committed(): number {
    return Atomics.load(this.shared, Counter.committed)
  }

  get leftOut(): number {
    return Atomics.load(this.shared, Counter.leftOut)
  }

  beginEpisode(row: StepRow, skill: number | null = null): number {
    if (this.running) throw new Error('an episode is already running')
    this.running = true
    this.lastEpisode += 1
    this.counts = { steps: 0, slowedSteps: 0, clippedSteps: 0, lateTicks: 0, newCells: 0 }
    this.grid?.visit(row.tooltip)
    this.send({ kind: 'begin', row, skill })
    return this.lastEpisode
  }

  append(row: StepRow): void {
    if (!this.running) throw new Error('no episode is running')
    const { counts } = this
    const flags = row.info[0]!
    counts.steps += 1
    if (flags & StepFlag.slowed) counts.slowedSteps += 1
    if (flags & StepFlag.clipped) counts.clippedSteps += 1
    if (flags & StepFlag.late) counts.lateTicks += 1
    if (this.grid?.visit(row.tooltip)) counts.newCells += 1
    this.send({ kind: 'append', row })
  }

  endEpisode(end: EpisodeEnd, explorerState: Uint8Array): EpisodeKept | null {
    if (!this.running) throw new Error('no episode is running')
    this.running = false
    this.send({ kind: 'end', end, explorerState })
    if (this.counts.steps > 0) return { episode: this.lastEpisode, ...this.counts }
    this.lastEpisode -= 1
    return null
  }

  /** The port copies what the row holds now. */
  private send(call: RecordingCall): void {
    this.throwFailure()
    const waiting = this.sent - Atomics.load(this.shared, Counter.handled)
    if (waiting > MOST_WAITING) throw tooSlow(this.path, waiting)
    this.port.postMessage(call)
    this.sent += 1
  }

  private throwFailure(): void {
    if (this.failure) throw this.failure
    if (Atomics.load(this.shared, Counter.failed) === 0) return
    this.failure = this.readFailure()
    throw this.failure
  }

  private readFailure(): Error {
    const news = receiveMessageOnPort(this.port) as { message: RecordingNews } | undefined
    if (news?.message.kind === 'failed') return new ProblemError(news.message.problem)
    return tooSlow(this.path, this.sent - Atomics.load(this.shared, Counter.handled))
  }

  flush(): void {
    for (const until = performance.now() + this.patienceMs; ;) {
      this.throwFailure()
      const handled = Atomics.load(this.shared, Counter.handled)
      if (handled >= this.sent) return
      if (performance.now() > until) throw tooSlow(this.path, this.sent - handled)
      Atomics.wait(this.shared, Counter.handled, handled, 100)
    }
  }

  coverage(): Coverage | null {
    return this.grid?.coverage() ?? null
  }

  bytes(): number {
    const size = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0
    return size(this.path) + size(logPath(this.path))
  }

  /**
   * Waits until everything is on disk and the file is closed. Throws the failure of the writing thread unless it was thrown
   * before, and refuses with `disk-too-slow` when the disk does not finish. Harmless when it is closed already.
   */
  close(): void {
    if (this.closed) return
    this.closed = true
    const told = this.failure !== null
    try {
      if (Atomics.load(this.shared, Counter.closed) === 0)
        this.port.postMessage({ kind: 'close' } satisfies RecordingCall)
      Atomics.wait(this.shared, Counter.closed, 0, this.patienceMs)
      if (told) return
      this.throwFailure()
      if (Atomics.load(this.shared, Counter.closed) === 0) throw notFinished(this.path, this.patienceMs)
    } finally {
      this.port.close()
    }
  }
}

function notFinished(path: string, patienceMs: number): Error {
  return refusal(
    'disk-too-slow',
    `The disk of ${path} did not finish within ${patienceMs / 1000} s after the end of the run: the newest steps may be lost. What was committed before is safe.`,
    `Check the disk and close what else uses it, then run: ${terminalCommand('check', path)}`,
  )
}

function tooSlow(path: string, waiting: number): Error {
  return refusal(
    'disk-too-slow',
    `The disk of ${path} does not keep up: ${waiting} steps wait for it. What was committed before is safe.`,
    'Close what else uses that disk, or record on another one, then continue the dataset.',
  )
}
