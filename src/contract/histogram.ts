/** Bins of every histogram of a state or an action: those with which GEP-PG measures how diverse its states are. */
export const HISTOGRAM_BINS = 50

type Counts = ArrayLike<number> & Iterable<number>

/**
 * Shannon entropy of a histogram, nats: H = -sum p ln p over its bins. 0 when one bin has everything or nothing is
 * counted, ln(bins) when all bins have the same.
 */
export function histogramEntropy(counts: Counts): number {
  let total = 0
  for (const count of counts) total += count
  let entropy = 0
  for (const count of counts) {
    const share = count / total
    if (count > 0) entropy -= share * Math.log(share)
  }
  return entropy
}

/** Entropy as a share of the most that as many bins can have, 0..1. */
export function normalisedEntropy(counts: Counts): number {
  return counts.length < 2 ? 0 : histogramEntropy(counts) / Math.log(counts.length)
}
