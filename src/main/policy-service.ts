import { existsSync } from 'node:fs'
import { basename, extname, join, resolve } from 'node:path'
import type { PolicySummary } from '../contract/policy.ts'
import { refusal } from '../contract/problem.ts'
import type { PolicyService } from './api/services.ts'
import { exportPolicy } from './policy/exchange/export-policy.ts'
import type { PolicyFormat } from './policy/exchange/export-policy.ts'
import { MODEL_FILE } from './policy/exchange/layers-model-file.ts'
import type { PolicyStore } from './policy/policy-store.ts'
import { wholePath } from './platform/whole-path.ts'
import type { LaunchProcess } from './platform/own-process.ts'
import { importInProcess } from './workers/import-process.ts'

/** The station's policies, and their way to and from other tools. */
export class Policies implements PolicyService {
  readonly #folder: string
  readonly #store: PolicyStore
  readonly #launch: LaunchProcess
  readonly #changed: () => void

  /** Foreign policies are read in a process that `launch` starts; `changed` is called when there is a new one. */
  constructor(folder: string, store: PolicyStore, launch: LaunchProcess, changed: () => void) {
    this.#folder = folder
    this.#store = store
    this.#launch = launch
    this.#changed = changed
  }

  list(): PolicySummary[] {
    return this.#store.list()
  }

  /** Refuses a policy that is not the station's, and a target that exists. */
  export(path: string, format: PolicyFormat, out: string): void {
    if (!this.list().some((policy) => policy.path === path))
      throw refusal(
        'policy-missing',
        `There is no policy ${path} in this station. Nothing was written.`,
        'Choose a policy of the list.',
      )
    exportPolicy(path, format, wholePath(out, 'written'))
  }

  /** Makes a policy of the station of another tool's file, under a name that is still free. */
  async import(path: string): Promise<PolicySummary> {
    const file = wholePath(path, 'imported')
    const folder = this.#freeFolder(file)
    const sheet = await importInProcess(this.#launch, { path: file, folder, world: 'panda' })
    this.#changed()
    return { path: folder, sheet }
  }

  #freeFolder(file: string): string {
    const name = basename(file) === MODEL_FILE ? basename(resolve(file, '..')) : basename(file, extname(file))
    for (let number = 1; ; number++) {
      const folder = join(this.#folder, number === 1 ? name : `${name}-${number}`)
      if (!existsSync(folder)) return folder
    }
  }
}
