import type { HostFacts } from '../../src/main/robot/preflight/host-facts.ts'

/** A computer with nothing to say against it. */
export const goodHost: HostFacts = {
  kernel: '6.12-rt',
  realTimeKernel: true,
  realTimePriority: 99,
  lockedMemory: Infinity,
  governors: ['performance'],
  onMains: true,
  inside: '',
}
