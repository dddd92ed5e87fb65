import css from './robot-screen.module.css'

interface Props {
  /** rad */
  lower: number
  upper: number
  q: number | null
  slowMargin: number
  stale: boolean
}

/** Track from lower to upper limit, hatched where motion slows, red posts at the limits, a tick at zero. */
export function JointBar({ lower, upper, q, slowMargin, stale }: Props) {
  const percent = (rad: number): string =>
    `${(Math.min(1, Math.max(0, (rad - lower) / (upper - lower))) * 100).toFixed(2)}%`
  const slow = percent(lower + slowMargin)
  return (
    <div className={css.bar}>
      <div className={css.range} />
      <div className={css.slow} style={{ left: 0, width: slow }} />
      <div className={css.slow} style={{ right: 0, width: slow }} />
      <div className={css.limit} style={{ left: 0 }} />
      <div className={css.limit} style={{ right: 0 }} />
      {lower < 0 && upper > 0 && <div className={css.zero} style={{ left: percent(0) }} />}
      {q !== null && <div className={`${css.marker} ${stale ? css.was : ''}`} style={{ left: percent(q) }} />}
    </div>
  )
}
