/** Columns [from, from + count) of a row-major array whose rows have `width` numbers, as an array of its own. */
export function columnsOf<T extends Float32Array | Float64Array>(
  values: T,
  width: number,
  from: number,
  count: number,
): T {
  if (from === 0 && count === width) return values
  const rows = values.length / width
  const picked = values.slice(0, rows * count) as T
  for (let row = 0; row < rows; row++) {
    picked.set(values.subarray(row * width + from, row * width + from + count), row * count)
  }
  return picked
}

/** Two matrices with the same number of rows, side by side. */
export function joinedColumns(
  left: Float64Array,
  leftWidth: number,
  right: Float64Array,
  rightWidth: number,
): Float64Array {
  const width = leftWidth + rightWidth
  const rows = left.length / leftWidth
  const joined = new Float64Array(rows * width)
  for (let row = 0; row < rows; row++) {
    joined.set(left.subarray(row * leftWidth, (row + 1) * leftWidth), row * width)
    joined.set(right.subarray(row * rightWidth, (row + 1) * rightWidth), row * width + leftWidth)
  }
  return joined
}
