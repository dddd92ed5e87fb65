import type { RobotTrouble } from '../../contract/robot-trouble.ts'

/** One entry of the list to look things up in. */
export interface Entry {
  key: string
  title: string
  cause: string
  remedy: string
  /** Where Forager says it by itself, or what is allowed; empty for nothing. */
  shown: string
}

const RECOVERY = {
  'at-once': 'Recovery may be tried at once.',
  look: 'Look at the arm before recovery is tried.',
  'by-hand': 'Guide the arm out by hand before recovery is tried.',
  support: 'Recover once; when it comes back, restart the Control unit and ask the vendor.',
} as const

interface Flag {
  name: string
  title: string
  message: string
  cause: string
  tip: string
  recovery: keyof typeof RECOVERY
  robots: string
}

export function flagEntry({ name, title, message, cause, tip, recovery, robots }: Flag): Entry {
  return {
    key: name,
    title: `${name}: ${title}. ${message}`,
    cause,
    remedy: tip,
    shown: `${RECOVERY[recovery]} ${robots}.`,
  }
}

export const flagTroubles = (flags: readonly Flag[]): Entry[] => flags.map(flagEntry)

export function troubleEntry({ number, title, cause, remedy, shown }: RobotTrouble): Entry {
  return { key: String(number), title, cause, remedy, shown: shown === '' ? '' : `Forager says it: ${shown}.` }
}

/** Those that have every word that was typed, in any of their texts. */
export function filterTroubles(entries: readonly Entry[], typed: string): Entry[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  return entries.filter(({ title, cause, remedy }) => {
    const text = `${title} ${cause} ${remedy}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
