import { create } from 'zustand'
import type { CurationState, CurationWish } from '../../../contract/curation.ts'
import type { Problem } from '../../../contract/problem.ts'
import { WORK_AREA_ID } from '../../parts/dialog.tsx'
import { useRunForm } from '../../session/run-form.ts'
import { api } from '../../state/api.ts'
import { commandWith } from '../../state/command.ts'

interface CurationStore {
  /** Rises with each accepted change of this window, so that what depends on it is read again at once. */
  changes: number
  /** The refusal of the last change; null when it was accepted. */
  problem: Problem | null
}

export const useCurationStore = create<CurationStore>(() => ({ changes: 0, problem: null }))

const command = commandWith((problem) => useCurationStore.setState({ problem }))

/** Who collects decides: the name that was typed for a run is stored with each event. */
export const operatorName = (): string => useRunForm.getState().operator.trim()

/** Sends one decision about a dataset; what is refused stands in the store. True when it was accepted. */
export async function curate(id: string, wish: CurationWish): Promise<boolean> {
  const accepted = await command(() => api.curation.change.mutate({ id, wish, operator: operatorName() }))
  if (accepted) useCurationStore.setState(({ changes }) => ({ changes: changes + 1 }))
  return accepted
}

export const readCuration = (id: string): Promise<CurationState> => api.curation.state.query({ id })

/** Keys act on the screen only while no dialog lies over it. */
export const dialogIsOpen = (): boolean => document.getElementById(WORK_AREA_ID)?.hasAttribute('inert') ?? false
