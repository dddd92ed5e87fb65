/**
 * The seven state shapes; shape carries the meaning, colour repeats it.
 *   <Glyph kind="ok" />   kind: ok disc, warn triangle, bad octagon, unk dashed ring, wait open ring, act play, hold bars
 */
import css from './glyph.module.css'

export type GlyphKind = 'ok' | 'warn' | 'bad' | 'unk' | 'wait' | 'act' | 'hold'

const SHAPES: Record<GlyphKind, React.ReactNode> = {
  ok: <circle cx="6" cy="6" r="5" fill="currentColor" />,
  warn: <path d="M6 .8 11.6 11H.4Z" fill="currentColor" />,
  bad: <path d="M3.5 0h5L12 3.5v5L8.5 12h-5L0 8.5v-5Z" fill="currentColor" />,
  unk: <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2 2" />,
  wait: <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  act: <path d="M2 1l9 5-9 5Z" fill="currentColor" />,
  hold: <path d="M2 1h3v10H2zM7 1h3v10H7z" fill="currentColor" />,
}

export function Glyph({ kind }: { kind: GlyphKind }) {
  return (
    <svg className={`${css.glyph} ${css[kind]}`} viewBox="0 0 12 12" aria-hidden="true">
      {SHAPES[kind]}
    </svg>
  )
}
