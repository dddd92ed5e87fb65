import { create } from 'zustand'
import type { EvaluationGrid, EvaluationProgress, GridCell, OtherPolicy } from '../../contract/evaluation.ts'
import { unpackFloat32 } from '../../contract/packed.ts'
import type { Problem } from '../../contract/problem.ts'
import { api, problemOf } from '../state/api.ts'
import { commandWith } from '../state/command.ts'

/** Distance to the goal over one try. */
export interface Trace {
  stepPeriodS: number
  /** [T + 1] m */
  distance: Float32Array
}

interface EvaluateState {
  /** Null until the first grid arrived. */
  grid: EvaluationGrid | null
  progress: EvaluationProgress | null
  /** Policies without a place in the grid; null until they arrived. */
  others: OtherPolicy[] | null
  /** Cell and goal that the lower panes and the 3-D view show. */
  selected: { learner: string; explorer: string } | null
  goal: string | null
  traces: Record<string, Trace>
  problem: Problem | null
}

export const useEvaluate = create<EvaluateState>(() => ({
  grid: null,
  progress: null,
  others: null,
  selected: null,
  goal: null,
  traces: {},
  problem: null,
}))

const report = (error: unknown): void => useEvaluate.setState({ problem: problemOf(error) })

/** Runs a command of this screen; a refusal is shown in its notice row. True when it was accepted. */
export const command = commandWith((problem) => useEvaluate.setState({ problem }))

/** Feeds the store while the screen is open. Returns the function that ends it. */
export function openEvaluateFeeds(): () => void {
  const grid = api.evaluation.grid.subscribe(undefined, {
    onData: (value) => useEvaluate.setState({ grid: value }),
    onError: report,
  })
  const progress = api.evaluation.watch.subscribe(undefined, {
    onData: (value) => useEvaluate.setState({ progress: value }),
    onError: report,
  })
  return () => {
    grid.unsubscribe()
    progress.unsubscribe()
  }
}

/** Feeds the list of the other policies while it is shown. Returns the function that ends it. */
export function openOtherPolicies(): () => void {
  const feed = api.evaluation.others.subscribe(undefined, {
    onData: (others) => useEvaluate.setState({ others }),
    onError: report,
  })
  return () => feed.unsubscribe()
}

/** Reads a try's distance curve once; results never change. */
export async function loadTrace(id: string): Promise<void> {
  if (useEvaluate.getState().traces[id] !== undefined) return
  try {
    const trace = await api.evaluation.trace.query({ tryId: id })
    const value: Trace = { stepPeriodS: trace.stepPeriodS, distance: unpackFloat32(trace.distance) }
    useEvaluate.setState(({ traces }) => ({ traces: { ...traces, [id]: value } }))
  } catch (error) {
    report(error)
  }
}

export const isRunning = (progress: EvaluationProgress | null): boolean =>
  progress !== null && ['homing', 'running', 'stopping'].includes(progress.state)

/** The cell that is shown: the chosen one, else the running, else the best, else the first that is trained. */
export function shownCell(
  grid: EvaluationGrid,
  progress: EvaluationProgress | null,
  selected: { learner: string; explorer: string } | null,
): GridCell | null {
  const find = (learner: string, explorer: string) =>
    grid.cells.find((cell) => cell.learner === learner && cell.explorer === explorer)
  const chosen = selected === null ? undefined : find(selected.learner, selected.explorer)
  if (chosen !== undefined) return chosen
  const running = isRunning(progress) && progress !== null ? find(progress.learner, progress.explorer) : undefined
  return running ?? bestCell(grid) ?? grid.cells.find((cell) => cell.state !== 'not-trained') ?? grid.cells[0] ?? null
}

/** The cell with the smallest mean closest distance; undefined while nothing was tried. */
export function bestCell(grid: EvaluationGrid): GridCell | undefined {
  return grid.cells
    .filter((cell) => cell.meanClosestM !== null)
    .sort((a, b) => (a.meanClosestM ?? 0) - (b.meanClosestM ?? 0))[0]
}
