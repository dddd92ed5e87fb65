import { readFileSync } from 'node:fs'
import { freemem } from 'node:os'
import type { HostLoad } from '../../../contract/incident.ts'

const EVERY = 100 // ms
const KEPT = 60 // samples: 6 s

/** What this computer does beside the control thread: ten samples a second, the last 6 s kept for incident records. */
export class HostLoadWatch {
  readonly #samples: (Omit<HostLoad, 'at'> & { atNs: number })[] = []
  readonly #timer: NodeJS.Timeout
  #before = readProcessorTimes()
  #dueAt = performance.now() + EVERY

  constructor() {
    this.#timer = setInterval(() => this.#look(), EVERY)
    this.#timer.unref()
  }

  /** Samples from `beforeMs` before `zeroNs`, a monotonic time, to `afterMs` after it. */
  around(zeroNs: number, beforeMs: number, afterMs: number): HostLoad[] {
    return this.#samples
      .map(({ atNs, ...sample }) => ({ at: (atNs - zeroNs) / 1e6, ...sample }))
      .filter(({ at }) => at >= -beforeMs && at <= afterMs)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const now = performance.now()
    const times = readProcessorTimes()
    this.#samples.push({
      atNs: Number(process.hrtime.bigint()),
      busy: busyShare(this.#before, times),
      late: Math.max(0, now - this.#dueAt),
      freeMemory: freemem(),
    })
    if (this.#samples.length > KEPT) this.#samples.shift()
    this.#before = times
    this.#dueAt = now + EVERY
  }
}

interface ProcessorTimes {
  busy: number
  all: number
}

/** First line of /proc/stat: user nice system idle iowait irq softirq steal, in ticks over all cores. */
function readProcessorTimes(): ProcessorTimes | null {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1)
    const ticks = line.split(/\s+/).slice(1, 9).map(Number)
    const all = ticks.reduce((sum, each) => sum + each, 0)
    return { busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0), all }
  } catch {
    return null
  }
}

function busyShare(before: ProcessorTimes | null, after: ProcessorTimes | null): number | null {
  if (before === null || after === null || after.all === before.all) return null
  return (after.busy - before.busy) / (after.all - before.all)
}
