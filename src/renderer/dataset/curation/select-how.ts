/** How a press changes the selection: alone, one more or one less, or all up to here. */
export type SelectHow = 'only' | 'toggle' | 'range'

export function howOf({ shiftKey, ctrlKey, metaKey }: Pick<MouseEvent, 'shiftKey' | 'ctrlKey' | 'metaKey'>): SelectHow {
  if (shiftKey) return 'range'
  return ctrlKey || metaKey ? 'toggle' : 'only'
}
