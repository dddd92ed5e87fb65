import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { writeDurably } from '../../platform/durable-file.ts'
import { refuseExisting } from '../../platform/new-path.ts'

/** Writes a new file; it is there whole or not at all. */
export function createFile(path: string, content: Uint8Array): void {
  refuseExisting(path)
  mkdirSync(dirname(path), { recursive: true })
  writeDurably(path, content)
}

/** Makes a new folder with all its files beside its place, then moves it there: it is there whole or not at all. */
export function createFolder(path: string, fill: (folder: string) => void): void {
  refuseExisting(path)
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.partial`)
  rmSync(beside, { recursive: true, force: true })
  try {
    mkdirSync(beside, { recursive: true })
    fill(beside)
    refuseExisting(path)
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { recursive: true, force: true })
    throw error
  }
}
