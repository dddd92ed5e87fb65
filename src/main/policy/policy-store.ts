import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { PolicySheet, PolicySummary } from '../../contract/policy.ts'
import { ProblemError, refusal } from '../../contract/problem.ts'
import { JOINTS } from '../../contract/robot.ts'
import { native } from '../platform/native.ts'
import type { Policy } from '../platform/native.ts'
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

/** The sheet of a policy folder for the arm. Refuses one whose observation or action is not the arm's. */
export function readArmSheet(folder: string): PolicySheet {
  const sheet = readSheet(folder)
  if (sheet.observation.length !== 2 * JOINTS || sheet.action.length !== JOINTS)
    throw refusal(
      'policy-unfit',
      `The policy in ${folder} takes ${sheet.observation.length} values and gives ${sheet.action.length}; ` +
        `the arm has ${2 * JOINTS} and ${JOINTS}. Nothing moved.`,
      'Choose a policy that was trained on data of the arm.',
    )
  return sheet
}

/** Loads a policy folder for the arm, ready to act. Refuses what cannot be run, and what is not the arm's. */
export async function loadArmPolicy(folder: string): Promise<LoadedPolicy> {
  const sheet = readArmSheet(folder)
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
    if (!(error instanceof ForeignFileError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    const { message } = error as Error
    throw refusal(
      'policy-damaged',
      `The model of the policy in ${folder} cannot be run: ${message}. Nothing moved.`,
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
    if (!existsSync(this.#root)) return []
    const found: PolicySummary[] = []
    for (const entry of readdirSync(this.#root, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue
      const path = join(this.#root, entry.name)
      try {
        found.push({ path, sheet: this.#sheet(path) })
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error
      }
    }
    return found.sort((a, b) => b.sheet.createdAt - a.sheet.createdAt)
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
