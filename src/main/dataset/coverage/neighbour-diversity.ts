import { setImmediate as breathe } from 'node:timers/promises'

/** Which nearest neighbour counts. */
export const NEIGHBOUR = 5
/** Rows between two chances for other work; a few milliseconds. */
const BLOCK = 50

/**
 * Mean distance of each state to its k-th nearest in the same sample, k = 5: what particle-based estimates of the entropy
 * of states grow with (Kozachenko and Leonenko 1987; used on replay memories by GEP-PG and, as a reward, by APT). Each
 * column is divided by its deviation first, and a column that never changes is left out. The distance shrinks with more
 * states: compare samples of one size only. Null for fewer than k + 1 states.
 */
export async function neighbourDistance(
  states: readonly Float32Array[], // [n][S]
  deviations: readonly number[], // [S]
): Promise<number | null> {
  if (states.length <= NEIGHBOUR) return null
  const columns = deviations.flatMap((deviation, column) => (deviation > 0 ? [column] : []))
  const width = columns.length
  const scaled = Float64Array.from(
    states.flatMap((state) => columns.map((column) => state[column]! / deviations[column]!)),
  )
  let sum = 0
  for (let row = 0; row < states.length; row++) {
    sum += Math.sqrt(nearestSquare(scaled, width, row, states.length))
    if (row % BLOCK === 0) await breathe()
  }
  return sum / states.length
}

/** Squared distance of a row of [n, width] to its k-th nearest. */
function nearestSquare(scaled: Float64Array, width: number, row: number, n: number): number {
  const nearest = new Float64Array(NEIGHBOUR).fill(Infinity)
  for (let other = 0; other < n; other++) {
    if (other === row) continue
    const bound = nearest[NEIGHBOUR - 1]!
    let square = 0
    for (let i = 0; i < width && square < bound; i++) {
      const off = scaled[row * width + i]! - scaled[other * width + i]!
      square += off * off
    }
    if (square < bound) insert(nearest, square)
  }
  return nearest[NEIGHBOUR - 1]!
}

/** Puts a value into its place of a rising list; the last one falls out. */
function insert(list: Float64Array, value: number): void {
  let at = list.length - 1
  for (; at > 0 && list[at - 1]! > value; at--) list[at] = list[at - 1]!
  list[at] = value
}
