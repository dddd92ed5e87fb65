import { create } from 'zustand'
import type { Method } from '../../contract/world.ts'
import { api } from '../state/api.ts'

/** Explorers that this station has; null while not read. */
export const useExplorers = create<{ explorers: readonly Method[] | null }>()(() => ({ explorers: null }))

export async function readExplorers(): Promise<void> {
  useExplorers.setState({ explorers: await api.session.explorers.query() })
}

export function explorerLabel(name: string): string {
  return useExplorers.getState().explorers?.find((explorer) => explorer.name === name)?.label ?? name
}
