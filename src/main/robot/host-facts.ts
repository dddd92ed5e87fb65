import { readFileSync } from 'node:fs'
import { release, version } from 'node:os'

/** What this computer can promise the control thread. */
export interface HostFacts {
  /** `uname -r`. */
  kernel: string
  /** True when the kernel is built for real time; null where it cannot be read. */
  realTimeKernel: boolean | null
  /** Highest real-time priority this process may ask for; null where it cannot be read. */
  realTimePriority: number | null
  /** CPU frequency governor of the first core; null where there is none. */
  governor: string | null
}

/** Reads the facts anew: a limit or a governor may have been changed while Forager runs. */
export function readHostFacts(): HostFacts {
  return {
    kernel: release(),
    realTimeKernel: process.platform === 'linux' ? isRealTimeKernel() : null,
    realTimePriority: realTimePriority(),
    governor: firstLine('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'),
  }
}

/** The file is missing on real-time kernels built from the mainline, so the version text counts too. */
function isRealTimeKernel(): boolean {
  return firstLine('/sys/kernel/realtime') === '1' || /PREEMPT[_ ]RT/.test(version())
}

const CAP_SYS_NICE = 23n

function realTimePriority(): number | null {
  const status = text('/proc/self/status')
  const capabilities = status?.match(/^CapEff:\s*([0-9a-f]+)/m)?.[1]
  if (capabilities !== undefined && (BigInt(`0x${capabilities}`) >> CAP_SYS_NICE) & 1n) return 99
  const soft = text('/proc/self/limits')?.match(/^Max realtime priority\s+(\d+|unlimited)/m)?.[1]
  if (soft === undefined) return null
  return soft === 'unlimited' ? 99 : Number(soft)
}

function firstLine(path: string): string | null {
  return text(path)?.split('\n')[0]?.trim() ?? null
}

function text(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
