import { create } from 'zustand'
import { unpackFloat32, unpackUint32 } from '../../contract/packed.ts'
import type { SessionLive, SessionProgress } from '../../contract/session.ts'

/** Newest progress of the run; null before the first message. */
export const useSession = create<{ progress: SessionProgress | null; receivedAt: number }>()(() => ({
  progress: null,
  receivedAt: 0,
}))

export const receiveProgress = (progress: SessionProgress): void => {
  useSession.setState({ progress, receivedAt: Date.now() })
}

/** A run is open: it holds the arm, even while paused. */
export function isRunOpen(progress: SessionProgress | null): boolean {
  const state = progress?.state ?? 'none'
  return state !== 'none' && state !== 'done' && state !== 'failed'
}

/** Steps of the running episode that are not committed yet; after it ended, `step` still tells its length. */
export function uncommittedSteps({ state, step }: SessionProgress): number {
  return state === 'running' || state === 'pausing' ? step : 0
}

const JOINTS = 7

/** Growing list of f32 rows in one buffer; grows by doubling. */
class Rows {
  private data: Float32Array<ArrayBuffer>
  private readonly width: number
  length = 0

  constructor(width: number) {
    this.width = width
    this.data = new Float32Array(1024 * width)
  }

  append(rows: Float32Array): void {
    const end = this.length * this.width + rows.length
    if (end > this.data.length) {
      const grown = new Float32Array(Math.max(end, this.data.length * 2))
      grown.set(this.data.subarray(0, this.length * this.width))
      this.data = grown
    }
    this.data.set(rows, this.length * this.width)
    this.length = Math.floor(end / this.width)
  }

  truncate(length: number): void {
    this.length = Math.min(this.length, length)
  }

  /** [length, width], a view of the live buffer. */
  view(): Float32Array {
    return this.data.subarray(0, this.length * this.width)
  }
}

/** What the live feed has told so far: the running episode, the cloud of the whole run, the last step times. */
export interface LiveRun {
  episode: number
  /** [steps, 7] action units */
  asked: Float32Array
  sent: Float32Array
  /** [steps] StepFlag bits */
  flags: Uint32Array
  steps: number
  /** Last 60 s: [when s since the epoch, ms between ticks]. */
  stepTimes: readonly (readonly [number, number])[]
  /** [n, 3] m */
  visited: Float32Array
  q: readonly number[]
  tooltip: readonly [number, number, number]
  histogram: readonly (readonly number[])[]
  /** [transitions, fraction of the box reached, mean normalised entropy of the joint angles] */
  coverageCurve: readonly (readonly [number, number, number])[]
}

const STEP_TIME_WINDOW_S = 60
/** More points than this cannot be told apart in the view; the cloud is then thinned. */
const VISITED_KEPT = 400_000

const asked = new Rows(JOINTS)
const sent = new Rows(JOINTS)
const visited = new Rows(3)
let flags = new Uint32Array(1024)
let stepTimes: [number, number][] = []

export const useLive = create<{ live: LiveRun | null }>()(() => ({ live: null }))

/** A new subscription starts from nothing. */
export function resetLive(): void {
  asked.truncate(0)
  sent.truncate(0)
  visited.truncate(0)
  stepTimes = []
  useLive.setState({ live: null })
}

export function receiveLive(message: SessionLive): void {
  const before = useLive.getState().live
  if (message.fromStep === 0 || before?.episode !== message.episode) {
    asked.truncate(0)
    sent.truncate(0)
  }
  appendSteps(message)
  const points = unpackFloat32(message.visited)
  if (visited.length + points.length / 3 <= VISITED_KEPT) visited.append(points)
  useLive.setState({
    live: {
      episode: message.episode,
      asked: asked.view(),
      sent: sent.view(),
      flags: flags.subarray(0, asked.length),
      steps: asked.length,
      stepTimes,
      visited: visited.view(),
      q: message.q,
      tooltip: message.tooltip,
      histogram: message.histogram,
      coverageCurve: message.coverageCurve,
    },
  })
}

function appendSteps(message: SessionLive): void {
  // Rows that were sent twice, after a reconnect, replace the ones already here.
  asked.truncate(message.fromStep)
  sent.truncate(message.fromStep)
  const newFlags = unpackUint32(message.flags)
  const from = asked.length
  asked.append(unpackFloat32(message.asked))
  sent.append(unpackFloat32(message.sent))
  if (asked.length > flags.length) {
    const grown = new Uint32Array(asked.length * 2)
    grown.set(flags.subarray(0, from))
    flags = grown
  }
  flags.set(newFlags, from)
  const now = Date.now() / 1000
  const times = unpackFloat32(message.stepTimes)
  // Placed backwards from now by their own lengths: the last row of the message just happened.
  let at = now
  const fresh: [number, number][] = []
  for (let i = times.length - 1; i >= 0; i--) {
    const ms = times[i] ?? 0
    fresh.unshift([at, ms])
    at -= ms / 1000
  }
  stepTimes = [...stepTimes.filter(([when]) => when > now - STEP_TIME_WINDOW_S), ...fresh]
}
