/**
 * Arrow keys inside a group: focus moves, the group stays one tab stop.
 * `select` also clicks the new element, for radio groups where focus and choice are one.
 */
import type { KeyboardEvent } from 'react'

const STEPS: Record<string, number> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
}

export function moveByArrow(event: KeyboardEvent<HTMLElement>, selector: string, select: boolean): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>(selector)]
  const at = items.indexOf(document.activeElement as HTMLElement)
  if (at < 0) return
  const step = STEPS[event.key]
  let to: number
  if (step !== undefined) to = Math.min(items.length - 1, Math.max(0, at + step))
  else if (event.key === 'Home') to = 0
  else if (event.key === 'End') to = items.length - 1
  else return
  event.preventDefault()
  const target = items[to]
  target?.focus()
  if (select && to !== at) target?.click()
}
