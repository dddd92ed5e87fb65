import { create } from 'zustand'
import type { ExperimentCell, ExperimentCurve, ExperimentSummary, ExperimentView } from '../../contract/experiment.ts'
import type { Problem } from '../../contract/problem.ts'
import { api, problemOf } from '../state/api.ts'

/** A cell of the grid by its row and column. */
export interface CellPlace {
  row: string
  column: string
}

interface ExperimentState {
  /** Null until the list arrived. */
  list: ExperimentSummary[] | null
  /** Experiment that the screen shows; null for Table 1 of this station, OTHER_TASKS for its other policies. */
  chosen: string | null
  view: ExperimentView | null
  /** Why the chosen one cannot be shown. */
  problem: Problem | null
  opened: CellPlace | null
  curve: ExperimentCurve | null
  curveProblem: Problem | null
}

/** Stands for the policies outside Table 1; folder names cannot hold this sign, so no experiment is mistaken for it. */
export const OTHER_TASKS = '/'

export const useExperiment = create<ExperimentState>(() => ({
  list: null,
  chosen: null,
  view: null,
  problem: null,
  opened: null,
  curve: null,
  curveProblem: null,
}))

/** Follows the list while the screen is open. Returns the function that ends it. */
export function openExperimentList(): () => void {
  const list = api.experiment.list.subscribe(undefined, {
    onData: (value) => useExperiment.setState({ list: value }),
    // The station's own tries are shown meanwhile; the link's loss is said by the window itself.
    onError: () => useExperiment.setState({ list: [] }),
  })
  return () => list.unsubscribe()
}

/** Shows another experiment, with null Table 1 of this station, with OTHER_TASKS its other policies. */
export function chooseExperiment(id: string | null): void {
  useExperiment.setState({ chosen: id, view: null, problem: null, opened: null, curve: null, curveProblem: null })
}

/** Follows one experiment; null for none. Returns the function that ends it. */
export function openExperimentView(id: string | null): () => void {
  if (id === null) return () => undefined
  const feed = api.experiment.watch.subscribe(
    { id },
    {
      onData: (view) => useExperiment.setState({ view, problem: null }),
      onError: (error) => useExperiment.setState({ problem: problemOf(error) }),
    },
  )
  return () => feed.unsubscribe()
}

export function openCell({ row, column }: CellPlace): void {
  useExperiment.setState({ opened: { row, column }, curve: null, curveProblem: null })
}

/** Reads the curve of a cell; a newer choice wins over a late answer. */
export async function loadCurve(id: string, { row, column }: CellPlace): Promise<void> {
  const isWanted = (): boolean => {
    const { chosen, opened } = useExperiment.getState()
    return chosen === id && opened?.row === row && opened.column === column
  }
  try {
    const curve = await api.experiment.curve.query({ id, row, column })
    if (isWanted()) useExperiment.setState({ curve, curveProblem: null })
  } catch (error) {
    if (isWanted()) useExperiment.setState({ curveProblem: problemOf(error) })
  }
}

export function cellAt(view: ExperimentView, place: CellPlace | null): ExperimentCell | undefined {
  return view.cells.find((cell) => cell.row === place?.row && cell.column === place.column)
}
