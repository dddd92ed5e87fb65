import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { PolicySheet, PolicySummary } from '../../contract/policy.ts'
import { problemOf, refusal } from '../../contract/problem.ts'
import type { Problem } from '../../contract/problem.ts'
import { JOINTS } from '../../contract/robot.ts'
import { GOAL_OBSERVATION } from '../../contract/task.ts'
import { native } from '../platform/native.ts'
import type { Policy } from '../platform/native-policy.ts'
import { ForeignFileError } from './exchange/foreign-file-error.ts'
import { readLayersModel } from './exchange/layers-model-file.ts'
import { readPolicy, readSheet, SHEET_FILE } from './policy-folder.ts'
import { loadTensorflowPolicy } from './tensorflow-policy.ts'

/** A policy ready to act, with where it came from. */
export interface LoadedPolicy {
  path: string
  sheet: PolicySheet
  policy: Policy
}

/** What a policy is to act in: its name in a sentence, and its sizes. */
export interface PolicyPlace {
  name: string
  observationSize: number
  actionSize: number
}

/** Angles, velocities and the goal. */
const OBSERVED_WITH_GOAL = 2 * JOINTS + GOAL_OBSERVATION.length
const ARM: PolicyPlace = { name: 'the arm', observationSize: 2 * JOINTS, actionSize: JOINTS }

/** The sheet of a policy folder for the arm, without or with a goal to observe. Refuses one that is not the arm's. */
export function readArmSheet(folder: string): PolicySheet {
  return readSheetFor(folder, armPlace(folder))
}

/** What the arm has to offer the policy in the folder: with the goal, when the policy says that it observes one. */
function armPlace(folder: string): PolicyPlace {
  const names = readSheet(folder).observation.map(({ name }) => name)
  const aims = GOAL_OBSERVATION.every(({ name }) => names.includes(name))
  return aims ? { ...ARM, name: 'the arm with a goal', observationSize: OBSERVED_WITH_GOAL } : ARM
}

/** The sheet of a policy folder. Refuses one whose observation or action has another size than the place. */
function readSheetFor(folder: string, { name, observationSize, actionSize }: PolicyPlace): PolicySheet {
  const sheet = readSheet(folder)
  if (sheet.observation.length !== observationSize || sheet.action.length !== actionSize)
    throw refusal(
      'policy-unfit',
      `The policy in ${folder} takes ${sheet.observation.length} values and gives ${sheet.action.length}; ` +
        `${name} has ${observationSize} and ${actionSize}. Nothing moved.`,
      `Choose a policy that was trained on data of ${name}.`,
    )
  return sheet
}

/** Loads a policy folder for the arm, ready to act. Refuses what cannot be run, and what is not the arm's. */
export function loadArmPolicy(folder: string): Promise<LoadedPolicy> {
  return loadPolicyFor(folder, armPlace(folder))
}

/** Loads a policy folder, ready to act. Refuses what cannot be run, and what does not fit the place. */
export async function loadPolicyFor(folder: string, place: PolicyPlace): Promise<LoadedPolicy> {
  const sheet = readSheetFor(folder, place)
  if (sheet.model !== null) return { path: folder, sheet, policy: await loadModel(folder, sheet, sheet.model) }
  const { sheet: newest, parts } = readPolicy(folder)
  return { path: folder, sheet: newest, policy: new native.Policy(parts) }
}

/** A model that TensorFlow.js runs; its sizes must be those that the sheet has said. */
async function loadModel(folder: string, sheet: PolicySheet, name: string): Promise<Policy> {
  try {
    const policy = await loadTensorflowPolicy(readLayersModel(join(folder, basename(name))))
    if (policy.observationSize === sheet.observation.length && policy.actionSize === sheet.action.length) return policy
    throw new ForeignFileError('unfit', `it takes ${policy.observationSize} values and gives ${policy.actionSize}`)
  } catch (error) {
    if (!(error instanceof ForeignFileError)) throw error
    throw refusal(
      'policy-damaged',
      `The model of the policy in ${folder} cannot be run: ${error.message}. Nothing moved.`,
      'Copy the whole policy folder again, or import the policy anew.',
    )
  }
}

/** All policies below one folder, one folder each. */
export class PolicyStore {
  readonly #root: string
  /** Sheets by path; read again when the file changed, because a training rewrites it. */
  readonly #read = new Map<string, { changedAt: number; sheet: PolicySheet }>()

  constructor(root: string) {
    this.#root = root
  }

  /** Newest first. Folders that hold no readable policy are passed over: a training may not have written one yet. */
  list(): PolicySummary[] {
    return this.#look().found.sort((a, b) => b.sheet.createdAt - a.sheet.createdAt)
  }

  /** Why folders with a sheet are passed over. */
  problems(): Problem[] {
    return this.#look().problems
  }

  #look(): { found: PolicySummary[]; problems: Problem[] } {
    const [found, problems]: [PolicySummary[], Problem[]] = [[], []]
    const entries = existsSync(this.#root) ? readdirSync(this.#root, { withFileTypes: true }) : []
    for (const entry of entries) {
      if (!entry.isDirectory()) continue
      const path = join(this.#root, entry.name)
      try {
        found.push({ path, sheet: this.#sheet(path) })
      } catch (error) {
        if (existsSync(join(path, SHEET_FILE))) problems.push(problemOf(error))
      }
    }
    return { found, problems }
  }

  #sheet(path: string): PolicySheet {
    const changedAt = statSync(join(path, SHEET_FILE), { throwIfNoEntry: false })?.mtimeMs ?? 0
    const known = this.#read.get(path)
    if (known?.changedAt === changedAt) return known.sheet
    const sheet = readSheet(path)
    this.#read.set(path, { changedAt, sheet })
    return sheet
  }
}
