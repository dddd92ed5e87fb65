import css from './plot.module.css'
import type { ColourToken } from './theme-colours.ts'

type Props = {
  values: readonly number[]
  /** px */
  width: number
  height?: number
  /** Largest value of the scale; without it that of the values. */
  max?: number
  /** Colour of the mark at the end; none when absent. */
  end?: ColourToken | undefined
}

/** A curve as small as a word: shape only, no axis. */
export function Sparkline({ values, width, height = 18, max, end }: Props) {
  const top = max ?? Math.max(...values, 0)
  const span = top > 0 ? top : 1
  const last = Math.max(1, values.length - 1)
  const path = values
    .map(
      (value, i) =>
        `${((i / last) * (width - 2) + 1).toFixed(1)} ${(height - 2 - (value / span) * (height - 4)).toFixed(1)}`,
    )
    .join('L')
  return (
    <svg className={css.spark} width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {values.length > 1 && <path d={`M${path}`} fill="none" stroke="var(--t2)" strokeLinejoin="round" />}
      {end !== undefined && <rect x={width - 2} y={0} width={2} height={height} fill={`var(--${end})`} />}
    </svg>
  )
}
