import { isIP } from 'node:net'

/** Whether an address is this computer itself, where no real arm can be. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || (isIP(host) === 4 && host.startsWith('127.'))
}
