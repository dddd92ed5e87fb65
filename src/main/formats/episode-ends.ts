import { z } from 'zod'
import { endReasonSchema } from '../../contract/dataset.ts'
import type { EpisodeEnd } from '../session/episode-recorder.ts'

const endSchema = z.object({
  reason: endReasonSchema,
  message: z.string(),
  stopCode: z.string(),
  stopTitle: z.string(),
})

/** Ends of episodes, each different one kept once: most episodes end alike. */
export class EpisodeEnds {
  private readonly numbers = new Map<string, number>()

  /** Number of an end, from 0. */
  numberOf({ reason, message, stopCode, stopTitle }: EpisodeEnd): number {
    const text = JSON.stringify({ reason, message, stopCode, stopTitle })
    const number = this.numbers.get(text) ?? this.numbers.size
    this.numbers.set(text, number)
    return number
  }

  /** All of them in order, as JSON. */
  text(): string {
    return `[${[...this.numbers.keys()].join(',')}]`
  }
}

/** The ends in a text that EpisodeEnds gave; null when it is none. */
export function endsOf(text: string | null): EpisodeEnd[] | null {
  try {
    return z.array(endSchema).parse(JSON.parse(text ?? ''))
  } catch {
    return null
  }
}
