import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { experimentPlanSchema } from '../../contract/experiment.ts'
import type { ExperimentPlan } from '../../contract/experiment.ts'
import { refusal } from '../../contract/problem.ts'
import { terminalCommand } from '../../contract/terminal-command.ts'
import { writeDurably } from '../platform/durable-file.ts'

const FILE = 'plan.json'

/** True where an experiment was planned. */
export function hasPlan(folder: string): boolean {
  return existsSync(join(folder, FILE))
}

/** Refuses what is no plan of an experiment, or one of a newer version. */
export function readPlan(folder: string): ExperimentPlan {
  const path = join(folder, FILE)
  let raw: string
  try {
    raw = readFileSync(path, 'utf8')
  } catch (error) {
    throw refusal(
      'plan-missing',
      `There is no experiment in ${folder}: ${FILE} cannot be opened. Nothing was started.`,
      `Check the folder, or start one with: ${terminalCommand('experiment', 'table1', '--out', folder)}`,
      String(error),
    )
  }
  return parsePlan(path, raw)
}

/** The plan in the text of the file at `path`. Refuses as `readPlan` does. */
export function parsePlan(path: string, raw: string): ExperimentPlan {
  try {
    const plan = experimentPlanSchema.parse(JSON.parse(raw))
    const ids = new Set(plan.jobs.map(({ id }) => id))
    const loose = plan.jobs.find(({ needs }) => needs.some((id) => !ids.has(id)))
    if (loose) throw new Error(`${loose.id} needs a job that is not in the plan`)
    return plan
  } catch (error) {
    throw refusal(
      'plan-unreadable',
      `${path} is damaged, or no plan that this version can read. Nothing was started and nothing is changed.`,
      'Restore it from a backup, or start the experiment anew in another folder.',
      String(error),
    )
  }
}

/**
 * Begins an experiment in `folder`, or goes on with the same one there: the stored plan then counts, with its dates and
 * expectations. Refuses a folder with another experiment or with foreign files.
 */
export function beginPlan(folder: string, plan: ExperimentPlan): ExperimentPlan {
  if (hasPlan(folder)) {
    const stored = readPlan(folder)
    refuseOtherPlan(folder, stored, plan)
    return stored
  }
  mkdirSync(folder, { recursive: true })
  if (readdirSync(folder).length > 0)
    throw refusal(
      'folder-not-empty',
      `${folder} holds other files. Nothing was started and nothing is changed.`,
      'Give a new or empty folder.',
    )
  writeDurably(join(folder, FILE), JSON.stringify(plan, null, 1) + '\n')
  return plan
}

const SAME = [
  'experiment',
  'scale',
  'worlds',
  'explorers',
  'learners',
  'modes',
  'goals',
  'seeds',
  'counts',
  'learnerUpdates',
  'warmUps',
] as const

function refuseOtherPlan(folder: string, stored: ExperimentPlan, wanted: ExperimentPlan): void {
  const differing = SAME.find((key) => JSON.stringify(stored[key]) !== JSON.stringify(wanted[key]))
  if (differing === undefined) return
  const [there, here] = [stored, wanted].map((plan) => JSON.stringify(plan[differing]))
  throw refusal(
    'experiment-differs',
    `${folder} holds an experiment with ${differing} ${there}; now it is ${here}. Nothing is changed.`,
    `Give another folder, or go on with it by: ${terminalCommand('experiment', 'resume', folder)}`,
  )
}
