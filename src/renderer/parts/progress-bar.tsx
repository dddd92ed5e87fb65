/**
 * Counted progress.
 *   <ProgressBar label="Kept transitions" value={131000} total={200000} size="tall" paused
 *     marks={[{ at: 9000, kind: 'warn' | 'bad', title: '...' }]} marksLabel="ticks: stops" scale />
 *   size="thin" (4 px, default) is the bar of the run cell and of loading notices. `scale` prints quarter counts below.
 */
import { classNames } from './class-names.ts'
import { formatNumber } from './format.ts'
import css from './progress-bar.module.css'

export interface ProgressMark {
  at: number
  kind: 'warn' | 'bad'
  title: string
}

interface Props {
  label: string
  value: number
  total: number
  size?: 'thin' | 'tall'
  paused?: boolean
  marks?: readonly ProgressMark[]
  marksLabel?: string
  scale?: boolean
}

const percent = (value: number, total: number): number =>
  total > 0 ? Math.min(100, Math.max(0, (value / total) * 100)) : 0

export function ProgressBar({
  label,
  value,
  total,
  size = 'thin',
  paused = false,
  marks = [],
  marksLabel = 'ticks',
  scale = false,
}: Props) {
  const tall = size === 'tall'
  return (
    <>
      <div
        className={classNames(css.track, tall && css.tall)}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={value}
      >
        <div className={css.clip}>
          <div className={classNames(css.fill, paused && css.paused)} style={{ width: `${percent(value, total)}%` }} />
        </div>
        {tall && [25, 50, 75].map((at) => <i key={at} className={css.quarter} style={{ left: `${at}%` }} />)}
        {marks.map((mark, index) => (
          <i
            key={index}
            className={classNames(css.mark, mark.kind === 'bad' && css.badMark)}
            style={{ left: `${percent(mark.at, total)}%` }}
            title={mark.title}
          />
        ))}
      </div>
      {scale && (
        <div className={css.scale} aria-hidden="true">
          {marks.length > 0 && <span style={{ left: '12.5%' }}>{marksLabel}</span>}
          {[0, 0.25, 0.5, 0.75, 1].map((part) => (
            <span
              key={part}
              className={part === 0 ? css.first : part === 1 ? css.last : ''}
              style={{ left: `${part * 100}%` }}
            >
              {formatNumber(total * part)}
            </span>
          ))}
        </div>
      )}
    </>
  )
}
