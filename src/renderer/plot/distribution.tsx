import css from './distribution.module.css'

export type DistributionShape = {
  /** Counts over the same bins as those of the others. */
  counts: readonly number[]
  /** The first kind is filled, the second one is a line over it. */
  kind: 'filled' | 'line'
}

type Props = {
  /** What is shown, for a screen reader. */
  label: string
  shapes: readonly DistributionShape[]
  /** Printed below the ends of the range. */
  ends: readonly [low: string, high: string]
}

/** Height of the drawing in its own units; the width is one unit a bin. */
const HEIGHT = 40

/** How values are spread over a range: one filled histogram, and the outline of another over it. Shares, not counts. */
export function Distribution({ label, shapes, ends }: Props) {
  const shares = shapes.map(({ counts }) => {
    const total = counts.reduce((sum, count) => sum + count, 0)
    return counts.map((count) => (total === 0 ? 0 : count / total))
  })
  const most = Math.max(...shares.flat(), Number.MIN_VALUE)
  const bins = shares[0]?.length ?? 1
  return (
    <div className={css.distribution}>
      <svg viewBox={`0 0 ${bins} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        {shapes.map(({ kind }, i) => {
          const outline = steps(shares[i] ?? [], most)
          return kind === 'filled' ? (
            <path key={i} className={css.filled} d={`M0 ${HEIGHT}${outline}V${HEIGHT}Z`} />
          ) : (
            <path key={i} className={css.line} d={outline.replace('V', 'M0 ')} />
          )
        })}
      </svg>
      <div className={css.ends}>
        <span>{ends[0]}</span>
        <span>{ends[1]}</span>
      </div>
    </div>
  )
}

/** The top of the bars, bin by bin. The root shows rare places too, as in the live view. */
function steps(shares: readonly number[], most: number): string {
  return shares
    .map((share, bin) => `V${(HEIGHT - (HEIGHT - 2) * Math.sqrt(share / most)).toFixed(2)}H${bin + 1}`)
    .join('')
}
