import type { CDPSession } from 'playwright-core'

/** CPU time that one frame takes, ms, whatever else the machine does: thread time, not wall time. */
export interface FrameCost {
  /** Frames in the trace. */
  frames: number
  /** Everything on the page's own thread: what this program is responsible for. */
  page_median_ms: number
  page_p95_ms: number
  /** Means of its parts. */
  script_ms: number
  style_ms: number
  layout_ms: number
  paint_ms: number
  /** Chromium's drawing of what was painted: raster workers and compositor of the page, and the GPU process. */
  raster_ms: number
  gpu_ms: number
}

/** Of the trace event format: `X` is a complete event, times in µs; `tdur` is the CPU time of its thread. */
interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  ts: number
  dur?: number
  tdur?: number
  args: { name?: string }
}

const CATEGORIES = ['toplevel', 'devtools.timeline', '__metadata']

const PARTS: Record<string, 'script' | 'style' | 'layout' | 'paint'> = {
  FireAnimationFrame: 'script',
  FunctionCall: 'script',
  TimerFire: 'script',
  EventDispatch: 'script',
  RunMicrotasks: 'script',
  UpdateLayoutTree: 'style',
  Layout: 'layout',
  PrePaint: 'paint',
  Paint: 'paint',
  Layerize: 'paint',
  Commit: 'paint',
}

/** Traces the page for `ms` while something moves on it. */
export async function traceFrames(session: CDPSession, ms: number): Promise<FrameCost> {
  const events: TraceEvent[] = []
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: CATEGORIES, recordMode: 'recordUntilFull' },
  })
  await new Promise((resolve) => setTimeout(resolve, ms))
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve))
  await session.send('Tracing.end')
  await complete
  return costOf(events)
}

/** Cost of the frames of the busiest page in a trace. */
export function costOf(events: readonly TraceEvent[]): FrameCost {
  const threads = new Map<string, string>()
  for (const { name, pid, tid, args } of events)
    if (name === 'thread_name') threads.set(`${pid} ${tid}`, args.name ?? '')
  const threadOf = ({ pid, tid }: TraceEvent): string => threads.get(`${pid} ${tid}`) ?? ''
  const complete = events.filter(({ ph }) => ph === 'X')
  const frames = complete.filter(({ name }) => name === 'FireAnimationFrame')
  const page = frames[0]
  if (page === undefined) throw new Error('the trace has no frame')
  const main = complete.filter(({ pid, tid }) => pid === page.pid && tid === page.tid)
  const starts = frames
    .filter(({ pid, tid }) => pid === page.pid && tid === page.tid)
    .map(({ ts }) => ts)
    .sort((a, b) => a - b)
  const tasks = outermost(main)
  const costs = starts.slice(0, -1).map((from, i) => {
    const to = starts[i + 1] ?? Infinity
    return tasks
      .filter(({ ts, dur = 0 }) => ts + dur > from && ts + dur <= to)
      .reduce((sum, task) => sum + cpu(task), 0)
  })
  const sorted = costs.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
  const count = Math.max(1, starts.length)
  const sum = (some: readonly TraceEvent[]): number => some.reduce((total, event) => total + cpu(event), 0) / count
  const part = (wanted: string): number => sum(outermost(main.filter(({ name }) => PARTS[name] === wanted)))
  const others = (pattern: RegExp): number =>
    sum([...groupBy(complete.filter((event) => pattern.test(threadOf(event)))).values()].flatMap(outermost))
  return {
    frames: count,
    page_median_ms: at(0.5),
    page_p95_ms: at(0.95),
    script_ms: part('script'),
    style_ms: part('style'),
    layout_ms: part('layout'),
    paint_ms: part('paint'),
    raster_ms: others(/^(Compositor|ThreadPoolForegroundWorker|CompositorTileWorker)/),
    gpu_ms: others(/^(CrGpuMain|VizCompositorThread|VizDisplayCompositor|GpuMemoryThread)/),
  }
}

const cpu = ({ tdur, dur = 0 }: TraceEvent): number => (tdur ?? dur) / 1000

function groupBy(events: readonly TraceEvent[]): Map<string, TraceEvent[]> {
  const groups = new Map<string, TraceEvent[]>()
  for (const event of events) {
    const key = `${event.pid} ${event.tid}`
    const group = groups.get(key)
    if (group) group.push(event)
    else groups.set(key, [event])
  }
  return groups
}

/** Events of one thread that lie in no other of them, so that nothing is counted twice. */
function outermost(events: readonly TraceEvent[]): TraceEvent[] {
  const sorted = events.toSorted((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))
  const kept: TraceEvent[] = []
  let end = -Infinity
  for (const event of sorted) {
    if (event.ts < end) continue
    kept.push(event)
    end = event.ts + (event.dur ?? 0)
  }
  return kept
}
