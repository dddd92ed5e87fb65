import type { PreflightItem } from '../../../contract/robot.ts'
import { DISK_FLOOR_BYTES } from '../../platform/disk.ts'
import type { HostFacts } from './host-facts.ts'
import { item } from './preflight-item.ts'

/** The control thread asks for this real-time priority, and locks this much memory. */
const WANTED_PRIORITY = 80
const WANTED_LOCKED = 64 * 1024 // bytes

const LIMITS_LINES =
  'Add the lines "@realtime soft rtprio 99", "@realtime hard rtprio 99", "@realtime soft memlock unlimited" and "@realtime hard memlock unlimited" to /etc/security/limits.conf, then: sudo groupadd -f realtime; sudo usermod -aG realtime $USER. Log out and in again.'

export function kernel(host: HostFacts): PreflightItem {
  const name = 'Kernel'
  // Distributions add long suffixes; the number is what a person compares.
  const [number = host.kernel] = host.kernel.split('-')
  if (host.realTimeKernel === null)
    return item(name, 'unk', 'Unknown', number, 'A real arm wants Linux with a real-time kernel.')
  if (host.realTimeKernel) return item(name, 'ok', 'Ready', `real time, ${number}`)
  return item(
    name,
    'warn',
    'Caution',
    `not real time, ${number}`,
    'A simulated arm runs well. For a real arm start the real-time kernel; an update may have changed the boot entry. Where graphics drivers need the ordinary kernel, expect stops when packets come late, or control from a second computer.',
  )
}

export function scheduling({ realTimePriority: priority, lockedMemory: locked }: HostFacts): PreflightItem {
  const name = 'Scheduling'
  if (priority === null)
    return item(name, 'unk', 'Unknown', 'not read', 'A real arm wants Linux with real-time rights.')
  if (priority < WANTED_PRIORITY)
    return item(name, 'warn', 'Caution', `priority ${priority} of ${WANTED_PRIORITY}`, LIMITS_LINES)
  if (locked !== null && locked < WANTED_LOCKED)
    return item(name, 'warn', 'Caution', `${Math.round(locked / 1024)} KiB lockable`, LIMITS_LINES)
  return item(name, 'ok', 'Ready', 'real time allowed')
}

export function power({ governors, onMains }: HostFacts): PreflightItem {
  const name = 'CPU governor'
  const value = governors.join(', ')
  if (onMains === false)
    return item(name, 'warn', 'Caution', 'on battery', 'Plug the computer in: on battery its processor slows down.')
  if (governors.length === 0)
    return item(name, 'unk', 'Unknown', 'none told', 'This computer does not say how it saves power.')
  if (governors.every((governor) => governor === 'performance')) return item(name, 'ok', 'Ready', value)
  return item(
    name,
    'warn',
    'Caution',
    value,
    'The processor slows down under light load, and packets come late. Type: sudo cpupower frequency-set -g performance',
  )
}

export function surroundings({ inside }: HostFacts): PreflightItem {
  const name = 'Computer'
  if (inside === '') return item(name, 'ok', 'Ready', 'itself, nothing between')
  const remedy =
    inside === 'WSL'
      ? 'WSL has no real time and hides the network. For a real arm run Forager on Linux itself.'
      : inside === 'Docker' || inside === 'Podman' || inside === 'a container'
        ? 'For a real arm start the container with --network host --ulimit rtprio=99 --ulimit memlock=-1 --cap-add sys_nice.'
        : 'A virtual machine has no real time, and its network may swallow state packets. For a real arm use the computer itself, or a bridged network.'
  return item(name, 'warn', 'Caution', inside, remedy)
}

export function disk(freeBytes: number | null): PreflightItem {
  if (freeBytes === null)
    return item('Disk', 'unk', 'Unknown', 'not read', 'Check that the folder of the datasets can be reached.')
  const value = `${(freeBytes / 1e9).toFixed(1)} GB free`
  if (freeBytes < DISK_FLOOR_BYTES)
    return item('Disk', 'bad', 'Full', value, 'Free some space: runs stop at this floor, so that nothing is lost.')
  return item('Disk', 'ok', 'Fits', value)
}
