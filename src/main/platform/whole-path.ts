import { isAbsolute, resolve } from 'node:path'
import { refusal } from '../../contract/problem.ts'

/** A path that means the same in every folder. */
export function wholePath(path: string, done: 'written' | 'imported'): string {
  if (isAbsolute(path)) return resolve(path)
  throw refusal(
    'path-not-whole',
    `${path} does not say in which folder. Nothing was ${done}.`,
    "Type the whole path on the station's computer, from the root on.",
  )
}
