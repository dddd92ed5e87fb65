import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type {
  ExperimentCurve,
  ExperimentFile,
  ExperimentPlan,
  ExperimentSummary,
  ExperimentView,
} from '../../contract/experiment.ts'
import { ProblemError, problemOf, refusal } from '../../contract/problem.ts'
import type { Problem } from '../../contract/problem.ts'
import { terminalCommand } from '../../contract/terminal-command.ts'
import { ExperimentReader } from './experiment-reader.ts'
import { curveOf, viewOf } from './experiment-view.ts'
import { parsePlan } from './plan-file.ts'
import { resultFiles } from './result-files.ts'

/** The experiments in the station's folder, as they stand; other processes work on them. */
export class Experiments {
  readonly #root: string
  /** A plan never changes; what its reader has seen finished is kept. */
  readonly #readers = new Map<string, { createdAt: number; reader: ExperimentReader }>()

  /** `home`: the station's folder; experiments lie below it in `experiments`. */
  constructor(home: string) {
    this.#root = join(home, 'experiments')
  }

  /** Newest first. One whose plan cannot be read is listed with the reason. */
  async list(): Promise<ExperimentSummary[]> {
    const found: ExperimentSummary[] = []
    for (const id of await this.#ids()) {
      const plan = await this.#plan(id)
      if (plan !== null) found.push(summaryOf(id, join(this.#root, id), plan))
    }
    return found.sort((a, b) => b.createdAt - a.createdAt)
  }

  async view(id: string): Promise<ExperimentView> {
    const reader = await this.#reader(id)
    return viewOf({ id, path: join(this.#root, id) }, reader.plan, await reader.look())
  }

  async curve(id: string, row: string, column: string): Promise<ExperimentCurve> {
    const reader = await this.#reader(id)
    return curveOf(join(this.#root, id), reader.plan, await reader.look(), row, column)
  }

  /** The table or the figures of what is known so far, as they stand in the experiment's folder. */
  async files(id: string, kind: 'csv' | 'svg'): Promise<ExperimentFile[]> {
    const { plan } = await this.#reader(id)
    const folder = join(this.#root, id)
    const read = async (name: string): Promise<ExperimentFile> => ({
      name,
      text: await readFile(join(folder, name), 'utf8'),
    })
    try {
      return await Promise.all(resultFiles(plan, kind).map(read))
    } catch (error) {
      throw refusal(
        'results-missing',
        `The results of this experiment cannot be read in ${folder}.`,
        `This writes them anew: ${terminalCommand('experiment', 'resume', folder)}`,
        String(error),
      )
    }
  }

  /** Names of the folders there; an id of a caller is only ever one of them. */
  async #ids(): Promise<string[]> {
    try {
      const entries = await readdir(this.#root, { withFileTypes: true })
      return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    } catch {
      // Nobody has made one yet.
      return []
    }
  }

  /** Null for a folder without a plan. */
  async #plan(id: string): Promise<ExperimentPlan | Problem | null> {
    const path = join(this.#root, id, 'plan.json')
    let raw: string
    try {
      raw = await readFile(path, 'utf8')
    } catch {
      return null
    }
    try {
      return parsePlan(path, raw)
    } catch (error) {
      return problemOf(error)
    }
  }

  async #reader(id: string): Promise<ExperimentReader> {
    const known = (await this.#ids()).includes(id)
    const plan = known ? await this.#plan(id) : null
    if (plan === null)
      throw refusal('experiment-unknown', 'That experiment is not there any more.', 'Choose another one.')
    if (!('jobs' in plan)) throw new ProblemError(plan)
    const before = this.#readers.get(id)
    if (before?.createdAt === plan.createdAt) return before.reader
    const reader = new ExperimentReader(join(this.#root, id), plan)
    this.#readers.set(id, { createdAt: plan.createdAt, reader })
    return reader
  }
}

function summaryOf(id: string, path: string, plan: ExperimentPlan | Problem): ExperimentSummary {
  if (!('jobs' in plan)) return { id, path, experiment: 'table1', createdAt: 0, scale: 0, seeds: 0, problem: plan }
  const { experiment, createdAt, scale, seeds } = plan
  return { id, path, experiment, createdAt, scale, seeds: seeds.length, problem: null }
}
