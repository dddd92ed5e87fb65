import { MOST_EPISODES } from '../../contract/curation.ts'
import { refusal } from '../../contract/problem.ts'

/** Numbers in a text such as `3,7-9,12`, each once, rising. Refuses with `bad-arguments`. */
export function parseEpisodes(text: string): number[] {
  const numbers = new Set<number>()
  for (const part of text.split(',')) {
    const [, first, last = first] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part) ?? []
    const [from, to] = [Number(first), Number(last)]
    if (!Number.isSafeInteger(from) || from < 1 || !(to >= from) || to - from >= MOST_EPISODES) throw badEpisodes(text)
    for (let episode = from; episode <= to; episode++) numbers.add(episode)
    if (numbers.size > MOST_EPISODES) throw badEpisodes(text)
  }
  return [...numbers].sort((a, b) => a - b)
}

/** Kept steps in a text such as `11..900`, both counted from 1 and kept, as a range of observations. */
export function parseSteps(text: string): { from: number; to: number } {
  const [, first, last] = /^\s*(\d+)\.\.(\d+)\s*$/.exec(text) ?? []
  const [from, to] = [Number(first), Number(last)]
  if (from >= 1 && to >= from && Number.isSafeInteger(to)) return { from: from - 1, to }
  throw refusal(
    'bad-arguments',
    `"${text}" are no steps. Nothing is changed.`,
    'Give the first and the last step that are kept, both from 1 on, for example --steps 11..900.',
  )
}

function badEpisodes(text: string): Error {
  return refusal(
    'bad-arguments',
    `"${text}" are no episode numbers. Nothing is changed.`,
    `Give numbers and ranges from 1 on, at most ${MOST_EPISODES} episodes, for example --episodes 3,7-9.`,
  )
}
