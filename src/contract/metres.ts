/**
 * A distance in m as the paper's Table 1 prints it, with 2 decimals; one below 10 mm with 4, which would be 0.00 or 0.01.
 */
export function metresText(metres: number): string {
  return metres.toFixed(metres < 0.00995 ? 4 : 2)
}
