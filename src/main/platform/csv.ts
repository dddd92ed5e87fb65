/** Rows of a CSV file (RFC 4180), the first one its head. */
export function csvText(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => row.map(field).join(',') + '\r\n').join('')
}

/** Quotes where the format asks for it. A leading sign of a formula is harmless here: only our own words begin a field. */
function field(value: string | number): string {
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
