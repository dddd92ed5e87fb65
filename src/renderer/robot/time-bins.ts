const text = (us: number): string => (us < 1000 ? `${us} µs` : `${us / 1000} ms`)

/** Counts of times in µs over the bins of the edges; the last bin is open. */
export function countTimes(edges: readonly number[], timesUs: readonly number[]): number[] {
  const counts = Array<number>(edges.length + 1).fill(0)
  for (const time of timesUs) {
    const bin = edges.findIndex((edge) => time <= edge)
    counts[bin < 0 ? edges.length : bin]! += 1
  }
  return counts
}

/** What a bin holds, in words; edges in µs. */
export function edgeText(edges: readonly number[], bin: number): string {
  const [from, to] = [edges[bin - 1] ?? 0, edges[bin]]
  if (to === undefined) return `longer than ${text(from)}`
  return from === 0 ? `up to ${text(to)}` : `${text(from)} to ${text(to)}`
}

/** The edge below which at least this share of all times lies; 1 for all of them. */
export function quantileText(edges: readonly number[], counts: readonly number[], share: number): string {
  const total = counts.reduce((sum, count) => sum + count, 0)
  let below = 0
  for (let bin = 0; bin < counts.length; bin++) {
    below += counts[bin] ?? 0
    if (below < share * total) continue
    const edge = edges[bin]
    return edge === undefined ? `more than ${text(edges.at(-1) ?? 0)}` : text(edge)
  }
  return '–'
}
