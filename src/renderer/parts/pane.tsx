/**
 * Panes share hairlines: put them into <div className={css.work}> grids with 1 px gaps on --line.
 *   <WorkArea className={css.grid}>            the grid of a screen (grid columns and rows come from the screen's module)
 *   <Pane className view label="Health">       view: 3-D or plot ground (--bg)
 *   <PaneHead title="Health" end={...}>after the title</PaneHead>
 *   <PaneBody flush fixed>                     scrolls when it must; flush: no padding; fixed: takes its own height
 *   <PaneFoot>                                 pinned row with a hairline above
 *   <Hud at="top-left">...</Hud>               quiet text over a view; children buttons stay clickable
 */
import { classNames } from './class-names.ts'
import css from './pane.module.css'

interface BoxProps {
  className?: string | undefined
  children: React.ReactNode
}

export function WorkArea({ className, children }: BoxProps) {
  return <div className={classNames(css.work, className)}>{children}</div>
}

export function Pane({ className, view = false, label, children }: BoxProps & { view?: boolean; label?: string }) {
  return (
    <section className={classNames(css.pane, view && css.view, className)} aria-label={label}>
      {children}
    </section>
  )
}

interface HeadProps {
  title: React.ReactNode
  end?: React.ReactNode
  children?: React.ReactNode
  low?: boolean
}

export function PaneHead({ title, end, children, low = false }: HeadProps) {
  return (
    <div className={classNames(css.head, low && css.low)}>
      <h2>{title}</h2>
      {children}
      <span className={css.space} />
      {end}
    </div>
  )
}

interface BodyProps extends BoxProps {
  flush?: boolean
  fixed?: boolean
  clip?: boolean
}

export function PaneBody({ flush = false, fixed = false, clip = false, className, children }: BodyProps) {
  return (
    <div className={classNames(css.body, flush && css.flush, fixed && css.fixed, clip && css.clip, className)}>
      {children}
    </div>
  )
}

export function PaneFoot({ className, children }: BoxProps) {
  return <div className={classNames(css.foot, className)}>{children}</div>
}

export function Rule() {
  return <div className={css.rule} />
}

type Corner = 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right'

export function Hud({ at, className, children }: BoxProps & { at: Corner }) {
  const [vertical, horizontal] = at.split('-') as ['top' | 'bottom', 'left' | 'right']
  return <div className={classNames(css.hud, css[vertical], css[horizontal], className)}>{children}</div>
}
