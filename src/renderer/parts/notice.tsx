/**
 * A full-width row inside its pane; never floats, never times out.
 *   <Notice kind="bad" glyph="bad" title="The robot answers, ..." actions={<Button size="small"/>}>Usually ...</Notice>
 * kind: plain (hairline below), warn, bad, ok (tinted). glyph defaults to the kind; null leaves it out.
 */
import { classNames } from './class-names.ts'
import { Glyph, type GlyphKind } from './glyph.tsx'
import css from './notice.module.css'

interface Props {
  kind?: 'plain' | 'ok' | 'warn' | 'bad'
  glyph?: GlyphKind | null
  title: React.ReactNode
  actions?: React.ReactNode
  children?: React.ReactNode
}

export function Notice({ kind = 'plain', glyph, title, actions, children }: Props) {
  const shape = glyph === undefined ? (kind === 'plain' ? null : kind) : glyph
  return (
    <div
      className={classNames(css.notice, css[kind], shape === null && css.bare)}
      role={kind === 'bad' ? 'alert' : 'status'}
    >
      {shape !== null && (
        <span className={css.glyph}>
          <Glyph kind={shape} />
        </span>
      )}
      <div className={css.body}>
        <b>{title}</b>
        {children !== undefined && <div className={css.text}>{children}</div>}
      </div>
      {actions !== undefined && <div className={css.actions}>{actions}</div>}
    </div>
  )
}
