/** Colours of a figure on a light ground, contrast at least 4.5 for text. */
export const INK = {
  ground: '#FBFCFC',
  text: '#12171A',
  label: '#424E55',
  line: '#D3DADD',
  mean: '#0A6883',
  paper: '#B02E5C',
}

export interface TextStyle {
  size?: number
  weight?: number
  fill?: string
  anchor?: 'start' | 'middle' | 'end'
}

/** A whole drawing of so many px; it scales to any size. */
export function drawing(width: number, height: number, label: string, parts: readonly string[]): string {
  const head =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="Inter Variable, Inter, system-ui, sans-serif" role="img" aria-label="${escaped(label)}">`
  return (
    [head, `<rect width="${width}" height="${height}" fill="${INK.ground}"/>`, ...parts, '</svg>'].join('\n') + '\n'
  )
}

/** A text whose base line begins, has its middle or ends at (x, y), px. */
export function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { size = 12, weight = 400, fill = INK.text, anchor = 'start' } = style
  const anchored = anchor === 'start' ? '' : ` text-anchor="${anchor}"`
  return `<text x="${n(x)}" y="${n(y)}" font-size="${size}" font-weight="${weight}" fill="${fill}"${anchored}>${escaped(content)}</text>`
}

/** `dash`: lengths of strokes and gaps, e.g. `3 3`; empty for a solid line. */
export function line(x1: number, y1: number, x2: number, y2: number, colour = INK.line, width = 1, dash = ''): string {
  const thick = width === 1 ? '' : ` stroke-width="${width}"`
  const dashed = dash ? ` stroke-dasharray="${dash}"` : ''
  return `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" stroke="${colour}"${thick}${dashed}/>`
}

/** A filled circle. */
export function dot(x: number, y: number, radius: number, fill = INK.text): string {
  return `<circle cx="${n(x)}" cy="${n(y)}" r="${radius}" fill="${fill}"/>`
}

export type Point = readonly [x: number, y: number]

/** A line through all points. */
export function curve(points: readonly Point[], colour: string, width: number): string {
  return `<polyline points="${listOf(points)}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linejoin="round"/>`
}

/** A filled polygon. */
export function area(points: readonly Point[], fill: string, opacity: number): string {
  return `<polygon points="${listOf(points)}" fill="${fill}" fill-opacity="${opacity}"/>`
}

function listOf(points: readonly Point[]): string {
  return points.map(([x, y]) => `${n(x)},${n(y)}`).join(' ')
}

/** Two decimals are finer than any screen or print. */
function n(value: number): string {
  return String(Math.round(value * 100) / 100)
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
