import type { Mode } from '../../contract/world.ts'

/** Modes in the order of the window. */
export const MODES: readonly { value: Mode; label: string; title: string }[] = [
  { value: 'paper', label: 'Paper', title: 'What the text of the paper says' },
  { value: 'published', label: 'Published', title: 'What the authors’ released code computed' },
  { value: 'modern', label: 'Modern', title: 'Best practice since then' },
]

export function modeLabel(mode: Mode): string {
  return MODES.find(({ value }) => value === mode)?.label ?? mode
}
