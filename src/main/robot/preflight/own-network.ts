import { networkInterfaces } from 'node:os'

/** One IPv4 address of this computer. */
export interface OwnAddress {
  /** Of the interface, for example `eno2`. */
  name: string
  address: string
  netmask: string
  internal: boolean
}

export function ownAddresses(): OwnAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter(({ family }) => family === 'IPv4')
      .map(({ address, netmask, internal }) => ({ name, address, netmask, internal })),
  )
}

/** The own address in the same network as `host`; undefined when there is none, null when `host` is a name. */
export function sharedWith(host: string, own: readonly OwnAddress[]): OwnAddress | null | undefined {
  const target = ipv4(host)
  if (target === null) return null
  return own.find(({ address, netmask }) => {
    const mask = ipv4(netmask)
    const from = ipv4(address)
    return mask !== null && from !== null && (from & mask) === (target & mask)
  })
}

function ipv4(text: string): number | null {
  const parts = text.split('.').map(Number)
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return null
  return parts.reduce((sum, part) => sum * 256 + part, 0) | 0
}
