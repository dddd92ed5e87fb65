import { statfsSync } from 'node:fs'

/** A run ends at home when the disk has less free space than this, bytes. */
export const DISK_FLOOR_BYTES = 2_000_000_000

/** Free space for this user on the disk that holds `folder`, bytes. Throws when the folder cannot be looked at. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

/** `1.9 GB`, `340 MB`: decimal units, as disks are sold. */
export function bytesText(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.ceil(bytes / 1e3)} kB`
}
