import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cpus, release, totalmem, version } from 'node:os'

/** What this computer can promise the control thread. */
export interface HostFacts {
  /** `uname -r`. */
  kernel: string
  /** True when the kernel is built for real time; null where it cannot be read. */
  realTimeKernel: boolean | null
  /** Highest real-time priority this process may ask for; null where it cannot be read. */
  realTimePriority: number | null
  /** Memory that this process may lock, bytes, Infinity for all of it; null where it cannot be read. */
  lockedMemory: number | null
  /** CPU frequency governor of each group of cores, all different ones, sorted; empty where there is none. */
  governors: string[]
  /** True on mains, false on battery, null where no power supply is told. */
  onMains: boolean | null
  /** Name of the virtual machine, `WSL` or the kind of container this runs in; empty on the bare computer. */
  inside: string
}

/** Reads the facts anew: a limit, a cable or a governor may have been changed while Forager runs. */
export function readHostFacts(): HostFacts {
  return {
    kernel: release(),
    realTimeKernel: process.platform === 'linux' ? isRealTimeKernel() : null,
    realTimePriority: realTimePriority(),
    lockedMemory: lockedMemory(),
    governors: readGovernors(),
    onMains: readMains(),
    inside: (surroundings ??= readSurroundings()),
  }
}

/** What a report says of this computer, and never changes while the program runs. */
export function describeComputer(): string {
  const [first] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${first?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${memory} GiB, ${process.platform} ${process.arch}`
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

function lockedMemory(): number | null {
  const soft = text('/proc/self/limits')?.match(/^Max locked memory\s+(\d+|unlimited)/m)?.[1]
  if (soft === undefined) return null
  return soft === 'unlimited' ? Infinity : Number(soft)
}

function readGovernors(): string[] {
  const folder = '/sys/devices/system/cpu/cpufreq'
  const found = names(folder).map((policy) => firstLine(`${folder}/${policy}/scaling_governor`))
  return [...new Set(found.filter((governor) => governor !== null))].sort()
}

/** A computer without a battery has no supply to tell of and is on mains all the same: null then. */
function readMains(): boolean | null {
  const folder = '/sys/class/power_supply'
  const mains = names(folder).filter((supply) => firstLine(`${folder}/${supply}/type`) === 'Mains')
  if (mains.length === 0) return null
  return mains.some((supply) => firstLine(`${folder}/${supply}/online`) === '1')
}

let surroundings: string | undefined

function readSurroundings(): string {
  if (process.platform !== 'linux') return ''
  if (/microsoft/i.test(version()) || /microsoft/i.test(release())) return 'WSL'
  if (existsSync('/.dockerenv')) return 'Docker'
  if (existsSync('/run/.containerenv')) return 'Podman'
  if (/\b(lxc|kubepods|docker|containerd)\b/.test(text('/proc/1/cgroup') ?? '')) return 'a container'
  if (!/^flags\s*:.*\bhypervisor\b/m.test(text('/proc/cpuinfo') ?? '')) return ''
  return firstLine('/sys/class/dmi/id/product_name') || 'a virtual machine'
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
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
