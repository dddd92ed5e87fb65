import { appVersion } from '../../platform/app-version.ts'
import { describeComputer, readHostFacts } from './host-facts.ts'
import type { HostFacts } from './host-facts.ts'

/** Versions and facts of this computer in words, in the order in which a report gives them. */
export function hostLines(host: HostFacts = readHostFacts()): [string, string][] {
  return [
    ['Forager', `${appVersion()}, addon built with optimisation`],
    ['Runtime', runtime()],
    ['Computer', describeComputer()],
    ['Kernel', `${host.kernel}, ${host.realTimeKernel === true ? 'real time' : 'not real time'}`],
    ['Real-time priority', host.realTimePriority === null ? 'not read' : `up to ${host.realTimePriority}`],
    ['Locked memory', lockedMemory(host.lockedMemory)],
    ['CPU governor', host.governors.length === 0 ? 'none told' : host.governors.join(', ')],
    ['Power', host.onMains === null ? 'no battery told' : host.onMains ? 'mains' : 'battery'],
    ['Runs inside', host.inside === '' ? 'nothing, the computer itself' : host.inside],
  ]
}

function runtime(): string {
  const { node, electron } = process.versions
  return electron === undefined ? `Node ${node}` : `Electron ${electron}, Node ${node}`
}

function lockedMemory(bytes: number | null): string {
  if (bytes === null) return 'not read'
  return bytes === Infinity ? 'unlimited' : `up to ${Math.round(bytes / 1024)} KiB`
}
