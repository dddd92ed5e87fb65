import { closeSync, openSync, readSync } from 'node:fs'

/** The first bytes of a file; empty where there is no file that may be read. */
export function firstBytes(path: string, most: number): Buffer {
  try {
    const file = openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(most)
      return bytes.subarray(0, readSync(file, bytes, 0, most, 0))
    } finally {
      closeSync(file)
    }
  } catch {
    return Buffer.alloc(0)
  }
}

/** True for a file that begins with these characters. */
export function hasMagic(path: string, magic: string): boolean {
  return firstBytes(path, magic.length).toString('latin1') === magic
}
