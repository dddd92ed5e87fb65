import css from './dot-strip.module.css'

/** Right end of the strips, m: the arm's reach. */
const RANGE_M = 0.8
const TICKS = [0, 0.2, 0.4, 0.6, 0.8]

interface Props {
  /** Distances, m; null: not tried, no dot. */
  values: readonly (number | null)[]
  mean: number | null
  /** Height of one lane in px; with lanes each value has its own. */
  lane?: number
  label: string
}

const percent = (m: number): number => (Math.min(RANGE_M, Math.max(0, m)) / RANGE_M) * 100

/** Distances as dots on a line from 0 to 0.8 m; the accent line is the mean. */
export function DotStrip({ values, mean, lane = 0, label }: Props) {
  const height = lane > 0 ? lane * values.length : 16
  return (
    <div className={css.strip} style={{ height }} role="img" aria-label={label}>
      {TICKS.map((tick) => (
        <i key={tick} className={css.tick} style={{ left: `${percent(tick)}%` }} />
      ))}
      {mean !== null && <i className={css.mean} style={{ left: `calc(${percent(mean)}% - 1px)` }} />}
      {values.map((value, i) =>
        value === null ? null : (
          <i
            key={i}
            className={css.dot}
            style={{ left: `calc(${percent(value)}% - 3px)`, top: lane > 0 ? i * lane + (lane - 6) / 2 : 5 }}
          />
        ),
      )}
    </div>
  )
}
