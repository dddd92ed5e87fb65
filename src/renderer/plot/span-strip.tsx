import { classNames } from '../parts/class-names.ts'
import css from './plot.module.css'
import type { PlotCursor } from './plot-cursor.ts'
import { usePlotCursor } from './plot-cursor.ts'
import type { ColourToken } from './theme-colours.ts'

export type SpanRow = {
  name: string
  /** Said when the mouse rests on the name. */
  title: string
  colour: ColourToken
  /** Stretches of the x axis, rising. */
  spans: readonly (readonly [from: number, to: number])[]
}

type Props = {
  label: string
  rows: readonly SpanRow[]
  xRange: readonly [number, number]
  cursor: PlotCursor
  /** Room for the names, px; that of the plots above and below, so that their cursors stand in one line. */
  nameWidth: number
}

/** Where something held, one thin row each, over the axis and under the cursor of the plots beside it. */
export function SpanStrip({ label, rows, xRange, cursor, nameWidth }: Props) {
  const zoom = usePlotCursor(cursor, (state) => state.zoom)
  const [from, to] = zoom ?? xRange
  const span = Math.max(to - from, 1e-9)
  return (
    <div className={css.strip} role="img" aria-label={`${label}: ${rows.map(({ name }) => name).join(', ')}`}>
      <ol style={{ width: nameWidth }}>
        {rows.map(({ name, title }) => (
          <li key={name} title={title}>
            {name}
          </li>
        ))}
      </ol>
      <div className={css.stripArea}>
        <svg viewBox={`${from} 0 ${span} ${rows.length}`} preserveAspectRatio="none" aria-hidden="true">
          {rows.map(({ name, colour, spans }, row) =>
            spans.map(([start, end]) => (
              <rect
                key={`${name} ${start}`}
                x={start}
                y={row + 0.2}
                width={Math.max(end - start, span / 800)}
                height={0.6}
                fill={`var(--${colour})`}
              />
            )),
          )}
        </svg>
        <CursorLine cursor={cursor} from={from} span={span} which="hover" />
        <CursorLine cursor={cursor} from={from} span={span} which="at" />
      </div>
    </div>
  )
}

type LineProps = { cursor: PlotCursor; from: number; span: number; which: 'at' | 'hover' }

function CursorLine({ cursor, from, span, which }: LineProps) {
  const x = usePlotCursor(cursor, (state) => state[which])
  if (x === null || x < from || x > from + span) return null
  return (
    <i
      className={classNames(css.stripCursor, which === 'hover' && css.stripHover)}
      style={{ left: `${(100 * (x - from)) / span}%` }}
    />
  )
}
